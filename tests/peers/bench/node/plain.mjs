const org = JSON.parse(process.argv[2]);
const keys = Buffer.from(`${org.client_id}:${org.client_secret}`).toString("base64");
const post = async (url, authorization, type, body) => {
  const answer = await fetch(url, { method: "POST", headers: { authorization, "content-type": type }, body });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};
const form = "application/x-www-form-urlencoded";
const { access_token } = await post(`${org.login}/oauth/token`, `Basic ${keys}`, form, "grant_type=client_credentials");
const page = await post(org.api + org.path, `Bearer ${access_token}`, "application/json", JSON.stringify(org.query));
console.log(page.conversations.length);
