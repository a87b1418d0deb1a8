//! What the forms ask, and answers that come to a score. Every form is worth a hundred points with its weights.

use crate::rng::{Rng, key};
use crate::uuid::Uuid;

/// What makes the ids of what is in a form.
const INSIDE: u64 = 63;

/// The id of a group of a form, of a question in it, of an option of that.
pub(crate) fn inside(form: Uuid, place: &[usize]) -> Uuid {
    let (high, low) = form.halves();
    let place = place.iter().map(|at| *at as u64 + 1);
    let parts: Vec<u64> = [high, low, INSIDE].into_iter().chain(place).collect();
    Rng::new(key(&parts)).uuid()
}

/// A form.
#[derive(Debug)]
pub(crate) struct Form {
    /// Whether the weights of its groups count.
    pub(crate) scaled: bool,
    pub(crate) groups: &'static [Group],
}

/// A group of questions.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) weight: i64,
    /// Whether all of it may be left out.
    pub(crate) optional: bool,
    pub(crate) questions: &'static [Question],
}

/// A question.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) text: &'static str,
    pub(crate) kind: Kind,
    /// From the best down.
    pub(crate) options: &'static [(&'static str, i64)],
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of the options.
    Choice,
    /// The same of what is critical: the evaluator says why.
    Critical,
    /// The same of what nobody may fail, and nobody here does.
    Fatal,
    /// A number from 0 to 10, which is no part of the score.
    Promoter,
    /// Words.
    Text,
}

impl Question {
    /// The points of the best answer.
    pub(crate) fn most(&self) -> i64 {
        self.options.first().map_or(0, |(_, points)| *points)
    }

    /// Whether it counts for the critical score.
    pub(crate) fn is_critical(&self) -> bool {
        matches!(self.kind, Kind::Critical | Kind::Fatal)
    }

    /// How many points there are to lose.
    fn loss(&self) -> i64 {
        if self.kind == Kind::Fatal { 0 } else { self.most() }
    }
}

/// Points that were got, and that there were to get.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Points {
    pub(crate) got: i64,
    pub(crate) of: i64,
}

impl Points {
    /// As a score: a hundred is everything.
    pub(crate) fn per_cent(self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.got as f64 / self.of as f64 }
    }

    /// Both times a weight.
    pub(crate) fn times(self, weight: i64) -> Self {
        Self { got: self.got * weight, of: self.of * weight }
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self { got: sum.got + one.got, of: sum.of + one.of })
    }
}

/// Which questions are counted.
pub(crate) type Which = fn(&Question) -> bool;

/// What was answered to a form.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) form: &'static Form,
    /// Which option of each question of each group; nothing of what is left out or has none.
    pub(crate) chosen: Vec<Vec<Option<usize>>>,
    /// Whether something is said in words, too.
    pub(crate) wordy: bool,
}

impl Answers {
    /// Whether a group was left out.
    pub(crate) fn leaves_out(&self, group: usize) -> bool {
        self.form.groups[group].optional && self.chosen[group].iter().all(Option::is_none)
    }

    /// Whether a question was answered: which of the options, in words, or by a number.
    pub(crate) fn says(&self, group: usize, question: usize) -> bool {
        match self.form.groups[group].questions[question].kind {
            Kind::Promoter => true,
            Kind::Text => self.wordy,
            _ => self.chosen[group][question].is_some(),
        }
    }

    /// The questions of a group that were answered.
    pub(crate) fn said(&self, group: usize) -> impl Iterator<Item = usize> {
        (0..self.chosen[group].len()).filter(move |question| self.says(group, *question))
    }

    /// What an answer is worth, where it is one of the options.
    pub(crate) fn score(&self, group: usize, question: usize) -> Option<i64> {
        let chosen = self.chosen[group][question]?;
        Some(self.form.groups[group].questions[question].options[chosen].1)
    }

    /// The points of a group, without its weight.
    pub(crate) fn points(&self, group: usize, which: Which) -> Points {
        let questions = self.form.groups[group].questions.iter().zip(&self.chosen[group]);
        let counted = questions.filter(|(question, _)| which(question));
        let chosen = counted.filter_map(|(question, chosen)| Some((question, (*chosen)?)));
        chosen.map(|(question, at)| Points { got: question.options[at].1, of: question.most() }).sum()
    }

    /// The points of all groups, as they count for the score.
    pub(crate) fn weighted(&self, which: Which) -> Points {
        let groups = self.form.groups.iter().enumerate();
        groups.map(|(at, group)| self.points(at, which).times(group.weight)).sum()
    }
}

impl Form {
    /// Answers that come to a score.
    pub(crate) fn answered(&'static self, score: i64, rng: &mut Rng) -> Answers {
        let worth = |group: &Group| group.weight * group.questions.iter().map(Question::most).sum::<i64>();
        let all: i64 = self.groups.iter().map(worth).sum();
        // A group is left out where the others can come to the very score.
        let left_out: Vec<bool> = self
            .groups
            .iter()
            .map(|group| group.optional && (all - worth(group)) * score % 100 == 0 && rng.chance(0.5))
            .collect();
        let kept = self.groups.iter().enumerate().filter(|(at, _)| !left_out[*at]);
        let of: i64 = kept.clone().map(|(_, group)| worth(group)).sum();
        let mut missing = of - of * score / 100;
        let mut open: Vec<(usize, usize)> = kept
            .flat_map(|(at, group)| (0..group.questions.len()).map(move |question| (at, question)))
            .filter(|(group, question)| self.groups[*group].questions[*question].most() > 0)
            .collect();
        // Those with the most options last: they make up for what is left.
        open.sort_by_key(|(group, question)| self.groups[*group].questions[*question].options.len());
        let mut rest: i64 = open.iter().map(|(group, question)| self.loss(*group, *question)).sum();
        let mut chosen: Vec<Vec<Option<usize>>> =
            self.groups.iter().map(|group| vec![None; group.questions.len()]).collect();
        for (group, question) in open {
            rest -= self.loss(group, question);
            let (weight, asked) = (self.groups[group].weight, &self.groups[group].questions[question]);
            let lost = |at: usize| (asked.most() - asked.options[at].1) * weight;
            let fits = |at: &usize| {
                let lost = lost(*at);
                lost <= self.loss(group, question) && lost <= missing && missing - lost <= rest
            };
            let fitting: Vec<usize> = (0..asked.options.len()).filter(fits).collect();
            let at = if fitting.is_empty() { 0 } else { *rng.pick(&fitting) };
            missing -= lost(at);
            chosen[group][question] = Some(at);
        }
        Answers { form: self, chosen, wordy: rng.chance(0.5) }
    }

    /// How much of the score a question may cost.
    fn loss(&self, group: usize, question: usize) -> i64 {
        self.groups[group].weight * self.groups[group].questions[question].loss()
    }
}

const RATING: &[(&str, i64)] =
    &[("10", 10), ("9", 9), ("8", 8), ("7", 7), ("6", 6), ("5", 5), ("4", 4), ("3", 3), ("2", 2), ("1", 1), ("0", 0)];
const FIVE: &[(&str, i64)] = &[("Yes", 5), ("No", 0)];
const TEN: &[(&str, i64)] = &[("Yes", 10), ("No", 0)];
const TWENTY: &[(&str, i64)] = &[("Yes", 20), ("No", 0)];

const fn ask(text: &'static str, kind: Kind, options: &'static [(&'static str, i64)]) -> Question {
    Question { text, kind, options }
}

const fn group(name: &'static str, weight: i64, questions: &'static [Question]) -> Group {
    Group { name, weight, optional: false, questions }
}

const fn optional(name: &'static str, weight: i64, questions: &'static [Question]) -> Group {
    Group { name, weight, optional: true, questions }
}

/// The forms of the directory, in its order: two of evaluations, one of surveys.
pub(crate) static FORMS: [Form; 3] = [
    Form {
        scaled: false,
        groups: &[
            group(
                "Opening",
                1,
                &[
                    ask("Did the agent greet the customer and give a name?", Kind::Choice, TEN),
                    ask("Was the customer identified before anything was told?", Kind::Fatal, TEN),
                ],
            ),
            group(
                "Handling",
                1,
                &[
                    ask("How well did the agent understand what the customer wants?", Kind::Choice, RATING),
                    ask("Was what the customer was told right?", Kind::Critical, TWENTY),
                    ask("How friendly and clear was the agent?", Kind::Choice, RATING),
                ],
            ),
            optional(
                "Hold and transfer",
                1,
                &[
                    ask("Did the agent say why, and for how long?", Kind::Choice, TEN),
                    ask("Did the agent come back in time, or hand over what was known?", Kind::Choice, TEN),
                ],
            ),
            group(
                "Closing",
                1,
                &[
                    ask("How well did the agent sum up what comes next?", Kind::Choice, RATING),
                    ask("Was everything written down that must be?", Kind::Critical, TEN),
                ],
            ),
        ],
    },
    Form {
        scaled: true,
        groups: &[
            group(
                "Writing",
                1,
                &[
                    ask("Spelling and grammar", Kind::Choice, RATING),
                    ask("Tone", Kind::Choice, RATING),
                    ask("Structure", Kind::Choice, RATING),
                ],
            ),
            group(
                "Substance",
                2,
                &[
                    ask("Did the agent answer the question?", Kind::Critical, FIVE),
                    ask("Was nothing told that is not for this customer?", Kind::Fatal, FIVE),
                    ask(
                        "Is the answer complete?",
                        Kind::Choice,
                        &[("Entirely", 15), ("Something is missing", 10), ("No", 0)],
                    ),
                ],
            ),
            optional(
                "Handing over",
                2,
                &[
                    ask("Was it right to hand over?", Kind::Choice, FIVE),
                    ask("Did the next one have to ask again?", Kind::Choice, &[("No", 5), ("Yes", 0)]),
                ],
            ),
        ],
    },
    Form {
        scaled: false,
        groups: &[
            group(
                "Your request",
                1,
                &[
                    ask(
                        "How satisfied are you with our service?",
                        Kind::Choice,
                        &[
                            ("Very satisfied", 40),
                            ("Satisfied", 30),
                            ("Neither", 20),
                            ("Dissatisfied", 10),
                            ("Very dissatisfied", 0),
                        ],
                    ),
                    ask("Was your request settled?", Kind::Choice, &[("Yes", 20), ("In part", 10), ("No", 0)]),
                    ask("How easy was it, from 0 to 10?", Kind::Choice, RATING),
                ],
            ),
            group(
                "Our agent",
                1,
                &[
                    ask("How friendly was our agent, from 0 to 10?", Kind::Choice, RATING),
                    ask("How much did our agent know, from 0 to 10?", Kind::Choice, RATING),
                ],
            ),
            optional("Waiting", 1, &[ask("How bearable was the wait, from 0 to 10?", Kind::Choice, RATING)]),
            group(
                "Anything else",
                1,
                &[
                    ask("How likely is it that you would recommend us to a friend?", Kind::Promoter, &[]),
                    ask("What should we do better?", Kind::Text, &[]),
                ],
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::{FORMS, Points};
    use crate::rng::Rng;

    #[test]
    fn answers_come_to_the_very_score() {
        for (at, form) in FORMS.iter().enumerate() {
            let (mut left_out, mut whole) = (0, 0);
            for score in if at == 2 { 20..=100 } else { 40..=100 } {
                for seed in 0..40 {
                    let answers = form.answered(score, &mut Rng::new(seed));
                    let Points { got, of } = answers.weighted(|_| true);
                    assert_eq!(got * 100, of * score, "form {at}, {score}");
                    let critical = answers.weighted(|question| question.is_critical());
                    assert!(critical.per_cent().fract() == 0.0, "form {at}, {critical:?}");
                    let groups = 0..form.groups.len();
                    *if groups.clone().any(|group| answers.leaves_out(group)) { &mut left_out } else { &mut whole } +=
                        1;
                }
            }
            assert!(left_out > 40 && left_out < whole, "form {at}: {left_out}, {whole}");
        }
    }
}
