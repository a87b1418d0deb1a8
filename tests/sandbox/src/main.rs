//! `pegcount-sandbox`: a simulated Genesys Cloud organisation on a loopback port.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::mpsc;

use pegcount_sandbox::server::present;
use pegcount_sandbox::time::parse_iso;
use pegcount_sandbox::{DECLARED, FAULTS, Fault, LONGEST_LIFE, Options, Server, Size};

const USAGE: &str = "\
A simulated Genesys Cloud organisation.

pegcount-sandbox [--listen ADDR] [--seed N] [--now RFC3339] [--speed X] [--org SIZE]
                 [--rate N] [--token-life SECONDS] [--fault NAME[:ARG][@COUNT]]...
                 [--until-stdin-closes]

  --listen ADDR          where to listen (127.0.0.1:0)
  --seed N               what everything follows from (1)
  --now RFC3339          the time it starts at (the present); the clock then runs
  --speed X              how much faster than real time the clock runs (1)
  --org SIZE             conversations a day: tiny 20, small 200, medium 5,000, large 100,000 (small)
  --rate N               requests a token may make in a minute, 0 for any number (300)
  --token-life SECONDS   how long a token lives (86400)
  --fault F              a fault for the next requests; COUNT 0 means for ever
  --until-stdin-closes   it ends, too, when its standard input does, as it does with whoever holds the other end

Prints one line of JSON when it is ready. Ends on SIGINT or SIGTERM. Faults:
";

struct Arguments {
    options: Options,
    listen: String,
    speed: f64,
    until_stdin_closes: bool,
}

fn read(mut given: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let options = Options::new(present());
    let mut read = Arguments { options, listen: "127.0.0.1:0".into(), speed: 1.0, until_stdin_closes: false };
    while let Some(flag) = given.next() {
        let (flag, joined) = match flag.split_once('=') {
            Some((flag, value)) => (flag.to_string(), Some(value.to_string())),
            None => (flag, None),
        };
        if matches!(flag.as_str(), "-h" | "--help") {
            return Ok(None);
        }
        if flag == "--until-stdin-closes" && joined.is_none() {
            read.until_stdin_closes = true;
            continue;
        }
        let value = joined.or_else(|| given.next()).ok_or_else(|| format!("{flag} needs a value"))?;
        let number =
            || value.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(|| format!("{flag}: `{value}` is no number"));
        match flag.as_str() {
            "--listen" => read.listen = value,
            "--seed" => read.options.seed = number()? as u64,
            "--now" => read.options.now = parse_iso(&value).ok_or_else(|| format!("--now: `{value}` is no time"))?,
            "--speed" => {
                let speed = value.parse().ok().filter(|speed: &f64| speed.is_finite() && *speed >= 0.0);
                read.speed = speed.ok_or_else(|| format!("--speed: `{value}` is no number from 0 on"))?;
            }
            "--org" => {
                read.options.size = Size::parse(&value).ok_or_else(|| format!("--org: no size is called `{value}`"))?
            }
            "--rate" => read.options.rate = number()?,
            "--token-life" => {
                let life = number()?;
                if !(1..=LONGEST_LIFE).contains(&life) {
                    return Err(format!("--token-life: {life} is not from 1 to {LONGEST_LIFE}"));
                }
                read.options.token_life = life;
            }
            "--fault" => read.options.faults.push(Fault::parse(&value)?),
            _ => return Err(format!("unknown argument {flag}; see --help")),
        }
    }
    Ok(Some(read))
}

fn main() -> ExitCode {
    let arguments = match read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            let faults = FAULTS.map(|(name, meaning, _)| format!("  {name:<18} {meaning}\n")).concat();
            let codes = DECLARED.map(|(code, status, _)| format!("  {code:<34} {status}\n")).concat();
            let _ = write!(
                std::io::stdout(),
                "{USAGE}{faults}\nand, by their codes, refusals that no request here leads to:\n{codes}"
            );
            return ExitCode::SUCCESS;
        }
        Err(why) => return complain(&why),
    };
    // Before the ready line, so that no signal is lost.
    let (stop, stopped) = mpsc::channel();
    let closed = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || _ = stop.send(())) {
        return complain(&error.to_string());
    }
    if arguments.until_stdin_closes {
        std::thread::spawn(move || {
            // What it says is of no interest, nor why it says no more.
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            let _ = closed.send(());
        });
    }
    let mut server = match Server::start(&arguments.options, &arguments.listen, arguments.speed) {
        Ok(server) => server,
        Err(error) => return complain(&format!("cannot listen on {}: {error}", arguments.listen)),
    };
    let mut out = std::io::stdout();
    if writeln!(out, "{}", server.ready_json()).and_then(|()| out.flush()).is_err() {
        return ExitCode::FAILURE;
    }
    // An error means that nobody can ask to stop any more, which comes to the same.
    let _ = stopped.recv();
    server.stop();
    ExitCode::SUCCESS
}

fn complain(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "pegcount-sandbox: {why}");
    ExitCode::from(2)
}
