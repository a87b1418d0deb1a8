"""Fresh processes, one a measurement, in turn: imports, and start -> token -> page -> exit. One JSON line.

usage: start.py PYTHON PEERS_PYTHON   (interpreters with pegcount, and with its peers)
"""

import json
import sys

from page import PATH, query, sandbox
from process import in_turn, medians, pairs, run

IMPORTS = {
    "bare": "pass",
    "pegcount": "import pegcount",
    "client": "from pegcount import Client",
    "urllib3": "import urllib3",
    "official": "import PureCloudPlatformClientV2",
}

# What each does for a page: the answer parsed, and the rows of one table counted.
PAGES = {
    "pegcount": """
import json, sys
from pegcount import Client
org = json.loads(sys.argv[1])
with Client(api_url=org["api"], login_url=org["login"], client_id=org["client_id"],
            client_secret=org["client_secret"], token_store=False, progress=False) as client:
    page = next(iter(client.conversations(query=org["query"])))
    print(len(page.tables["conversations"]))
""",
    "urllib3": """
import json, sys
import urllib3
org = json.loads(sys.argv[1])
pool = urllib3.PoolManager(timeout=60, retries=False)
head = urllib3.make_headers(basic_auth=org["client_id"] + ":" + org["client_secret"])
head["Content-Type"] = "application/x-www-form-urlencoded"
token = pool.request("POST", org["login"] + "/oauth/token", body="grant_type=client_credentials", headers=head)
head = {"Authorization": "Bearer " + token.json()["access_token"], "Accept-Encoding": "gzip"}
print(len(pool.request("POST", org["api"] + org["path"], json=org["query"], headers=head).json()["conversations"]))
""",
    "official": """
import json, sys
import PureCloudPlatformClientV2 as official
org = json.loads(sys.argv[1])
official.configuration.host = org["api"]
client = official.ApiClient().get_client_credentials_token(org["client_id"], org["client_secret"])
query = official.ConversationQuery()
query.interval, query.paging = org["query"]["interval"], official.PagingSpec()
query.paging.page_size, query.paging.page_number = 100, 1
print(len(official.AnalyticsApi(client).post_analytics_conversations_details_query(query).conversations))
""",
}


def main():
    ours, peers = sys.argv[1:]
    pythons = {"urllib3": peers, "official": peers}
    imports = in_turn(IMPORTS, lambda name: run([pythons.get(name, ours), "-c", IMPORTS[name]])[0])
    with sandbox() as org:
        argument = json.dumps(org | {"path": PATH, "query": query(org["interval"])})

        def a_page(name):
            cost, said = run([pythons.get(name, ours), "-c", PAGES[name], argument])
            assert said.strip() == "100", (name, said)
            return cost

        pages = in_turn(PAGES, a_page)
    answer = {"import": medians(imports), "page": medians(pages)}
    for name in IMPORTS:
        answer["import"][name]["over_bare_cpu_ms"] = pairs(imports, name, "bare", 1, lambda a, b: a - b) * 1e3
    for name in PAGES:
        answer["page"][name]["cpu_ratio"] = pairs(pages, name, "pegcount", 1, lambda a, b: a / b)
        answer["page"][name]["wall_ratio"] = pairs(pages, name, "pegcount", 0, lambda a, b: a / b)
    print(json.dumps(answer))


main()
