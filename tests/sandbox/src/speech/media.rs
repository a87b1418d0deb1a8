//! The sound of a recording: a hum wherever somebody speaks, silence elsewhere. WAV, 8 kHz, 8 bits, one channel.

use super::legs::Leg;
use super::talk::{Phrase, Speaker};

/// The channels with whom one hears in them.
pub(super) const CHANNELS: [(&str, &[Speaker]); 2] =
    [("0", &[Speaker::Customer]), ("1", &[Speaker::Agent, Speaker::Flow])];

/// Samples a millisecond.
const RATE: i64 = 8;

const HEADER: usize = 44;

const SILENCE: u8 = 128;

fn heard<'a>(phrases: &'a [Phrase], speakers: &'a [Speaker]) -> impl Iterator<Item = &'a Phrase> {
    phrases.iter().filter(|phrase| speakers.contains(&phrase.speaker))
}

/// How many bytes a channel's file has.
pub(super) fn size_of(leg: &Leg<'_>) -> usize {
    HEADER + ((leg.end - leg.start) * RATE) as usize
}

/// How loud it is: at most a hundred values, 0.5 being silence.
pub(super) fn waveform(leg: &Leg<'_>, phrases: &[Phrase], speakers: &[Speaker]) -> Vec<f64> {
    let all = leg.end - leg.start;
    let count = (all / 1_000).clamp(1, 100);
    let is_heard =
        |from: i64, until: i64| heard(phrases, speakers).any(|phrase| phrase.at < until && phrase.end() > from);
    let part = |at: i64| leg.start + all * at / count;
    (0..count).map(|at| if is_heard(part(at), part(at + 1)) { 0.75 } else { 0.5 }).collect()
}

/// The file of a channel.
pub(super) fn wav(leg: &Leg<'_>, phrases: &[Phrase], speakers: &[Speaker]) -> Vec<u8> {
    let size = size_of(leg);
    let mut out = Vec::with_capacity(size);
    let (rate, data) = ((RATE * 1_000) as u32, (size - HEADER) as u32);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(data + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    // PCM, one channel.
    out.extend_from_slice(&[1, 0, 1, 0]);
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    // One byte a sample.
    out.extend_from_slice(&[1, 0, 8, 0]);
    out.extend_from_slice(b"data");
    out.extend_from_slice(&data.to_le_bytes());
    out.resize(size, SILENCE);
    for phrase in heard(phrases, speakers) {
        let from = HEADER + ((phrase.at - leg.start) * RATE) as usize;
        let until = (from + (phrase.ms * RATE) as usize).min(size);
        for (at, sample) in out[from.min(until)..until].iter_mut().enumerate() {
            *sample = if at / 20 % 2 == 0 { SILENCE + 30 } else { SILENCE - 30 };
        }
    }
    out
}
