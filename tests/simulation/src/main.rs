//! Plays as many runs as are wanted and prints the seed of each that breaks.

use std::process::ExitCode;

use pegcount_simulation::{Counts, Simulator};

const USAGE: &str = "\
pegcount-simulation [--runs N] [--seed S] [-v]

  --runs N    how many runs (1000)
  --seed S    the seed of the first; the others follow (1)
  -v          tell the whole story of each";

struct Wishes {
    runs: u64,
    seed: u64,
    tells: bool,
}

fn wishes() -> Result<Wishes, String> {
    let mut wishes = Wishes { runs: 1_000, seed: 1, tells: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let text = words.next().ok_or(format!("{word}: the number is missing"))?;
            text.parse::<u64>().map_err(|_| format!("{word}: `{text}` is not a number"))
        };
        match word.as_str() {
            "--runs" => wishes.runs = number()?,
            "--seed" => wishes.seed = number()?,
            "-v" => wishes.tells = true,
            _ => return Err(format!("there is no option `{word}`")),
        }
    }
    Ok(wishes)
}

fn main() -> ExitCode {
    let wishes = match wishes() {
        Ok(wishes) => wishes,
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut simulator = Simulator::new();
    let (mut broken, mut counts) = (0_u64, Counts::default());
    for seed in (wishes.seed..).take(usize::try_from(wishes.runs).unwrap_or(usize::MAX)) {
        let outcome = simulator.run(seed, wishes.tells);
        outcome.story.iter().for_each(|line| println!("{line}"));
        counts.add(outcome.counts);
        if let Some(what) = outcome.broken {
            broken += 1;
            println!("seed {seed}: {what}");
        }
    }
    println!("{} runs, {broken} broken: {counts:?}", wishes.runs);
    ExitCode::from(u8::from(broken > 0))
}
