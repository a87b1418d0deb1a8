use serde_json::Map;

use super::*;

const HOUR: i64 = 3_600_000;

/// A day's worth of conversations, one every `step` ms from the start of each of `days` days, and the server's rule.
struct Server {
    starts: Vec<i64>,
}

impl Server {
    fn new(days: i64, step: i64) -> Self {
        Server { starts: (0..days * DAY / step).map(|nth| nth * step).collect() }
    }

    fn answer(&self, ask: &Ask) -> Found {
        let body = ask.body.as_ref().unwrap();
        let (from, to) = body["interval"].as_str().unwrap().split_once('/').unwrap();
        let [from, to] = [from, to].map(|text| crate::time::parse_instant(text).unwrap());
        let days = day_start(from)..=day_start(to - 1);
        let first = self.starts.partition_point(|start| day_start(*start) < *days.start());
        let last = self.starts.partition_point(|start| day_start(*start) <= *days.end());
        let hits = &self.starts[first..last];
        let [size, number] =
            ["pageSize", "pageNumber"].map(|key| usize::try_from(body["paging"][key].as_u64().unwrap()).unwrap());
        assert!(number * size <= DEPTH as usize, "beyond the depth");
        let row = |start: &i64| Row { id: Some(*start as u128), start: Some(*start) };
        let skip = (number - 1) * size;
        let rows = match body["order"].as_str() {
            Some("desc") => hits.iter().rev().skip(skip).take(size).map(row).collect(),
            _ => hits.iter().skip(skip).take(size).map(row).collect(),
        };
        Found::Conversations { rows, total: Some(hits.len() as u64), next: None }
    }
}

fn plan(from: i64, to: i64) -> ConversationPages {
    let asked = Interval { from, to };
    ConversationPages {
        path: "/api/v2/analytics/conversations/details/query".into(),
        asked,
        windows: vec![asked],
        body: Map::new(),
        page_size: 100,
        keep_outside: false,
    }
}

/// Runs to the end: requests, and the rows delivered as starts.
fn run(plan: ConversationPages, wall: i64, server: &Server) -> (u32, Vec<i64>, Taken) {
    let mut flow = Conversations::new(plan, wall);
    let (mut requests, mut delivered, mut sums) = (0, Vec::new(), Taken::default());
    while let Some(ask) = flow.ask() {
        requests += 1;
        let found = server.answer(&ask);
        let taken = flow.take(&found).unwrap();
        let Found::Conversations { rows, .. } = found else { panic!() };
        for (position, row) in (0..).zip(rows) {
            if !taken.skip.contains(&position) {
                delivered.push(row.start.unwrap());
            }
        }
        sums.items += taken.items;
        sums.outside += taken.outside;
        sums.duplicates += taken.duplicates;
    }
    delivered.sort_unstable();
    (requests, delivered, sums)
}

#[test]
fn a_whole_day_is_read_once() {
    let server = Server::new(3, 60_000);
    let (requests, delivered, sums) = run(plan(DAY, 2 * DAY), 10 * DAY, &server);
    assert_eq!(delivered, (1440..2880).map(|nth| nth * 60_000).collect::<Vec<_>>());
    assert_eq!((requests, sums.outside, sums.duplicates), (15, 0, 0));
}

#[test]
fn the_last_hour_begins_at_the_end_and_stops_early() {
    let server = Server::new(1, 10_000);
    let now = 20 * HOUR;
    let server = Server { starts: server.starts.into_iter().filter(|start| *start < now).collect() };
    let (requests, delivered, _) = run(plan(now - HOUR, now), now, &server);
    assert_eq!(delivered.len(), 360);
    assert_eq!(requests, 4, "of 72 pages");
}

#[test]
fn of_rows_that_start_together_none_is_left_behind_at_the_border() {
    let mut flow = Conversations::new(ConversationPages { page_size: 2, ..plan(23 * HOUR, DAY) }, DAY);
    let row = |id, start| Row { id: Some(id), start: Some(start) };
    let page = |rows| Found::Conversations { rows, total: Some(9), next: None };
    flow.take(&page(vec![row(1, 23 * HOUR + 1), row(2, 23 * HOUR)])).unwrap();
    assert!(flow.ask().is_some(), "another may have started just then");
    flow.take(&page(vec![row(3, 23 * HOUR), row(4, 23 * HOUR - 1)])).unwrap();
    assert_eq!(flow.ask(), None);
}

#[test]
fn what_is_no_page_of_conversations_is_delivered_as_it_is_and_ends_it() {
    let mut flow = Conversations::new(plan(0, DAY), DAY);
    assert!(flow.take(&Found::Json).unwrap().deliver);
    assert_eq!(flow.ask(), None);
}

#[test]
fn the_first_hour_begins_at_the_beginning_and_stops_early() {
    let server = Server::new(1, 10_000);
    let (requests, delivered, _) = run(plan(0, HOUR), 10 * DAY, &server);
    assert_eq!((delivered.len(), requests), (360, 4));
}

#[test]
fn several_days_with_ragged_ends() {
    let server = Server::new(4, 60_000);
    let (from, to) = (5 * HOUR, 3 * DAY + 7 * HOUR);
    let (_, delivered, sums) = run(plan(from, to), 10 * DAY, &server);
    assert_eq!(delivered, (from / 60_000..to / 60_000).map(|nth| nth * 60_000).collect::<Vec<_>>());
    assert_eq!(sums.duplicates, 0);
}

#[test]
fn what_is_kept_outside_is_all_of_the_touched_days() {
    let server = Server::new(3, 60_000);
    let kept = ConversationPages { keep_outside: true, ..plan(DAY + HOUR, DAY + 2 * HOUR) };
    assert_eq!(run(kept, 10 * DAY, &server).1.len(), 1440);
}

#[test]
fn windows_beyond_the_depth_are_cut_and_nothing_is_lost_or_doubled() {
    let server = Server::new(4, 1_500);
    let (_, delivered, sums) = run(plan(0, 4 * DAY), 10 * DAY, &server);
    assert_eq!(delivered.len() as i64, 4 * DAY / 1_500);
    assert!(delivered.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(sums.duplicates <= 300, "the first page of each window that was cut");
}

#[test]
fn a_day_of_just_the_depth_is_read_whole() {
    let server = Server::new(1, DAY / DEPTH as i64);
    let (requests, delivered, _) = run(plan(0, DAY), DAY, &server);
    assert_eq!((requests, delivered.len() as u64), (1_000, DEPTH));
}

#[test]
fn of_a_day_beyond_the_depth_an_hour_at_its_end_or_beginning_can_be_read() {
    let server = Server::new(1, 800);
    for (from, to) in [(23 * HOUR, DAY), (0, HOUR), (22 * HOUR, 23 * HOUR)] {
        let (_, delivered, _) = run(plan(from, to), DAY, &server);
        assert_eq!(delivered.len() as i64, HOUR / 800, "{from}");
    }
    // Where all of the day is wanted, or its order is not ours, the first page tells that it cannot be.
    let theirs = Map::from_iter([("order".to_owned(), "asc".into())]);
    for plan in [
        plan(0, DAY),
        ConversationPages { keep_outside: true, ..plan(0, HOUR) },
        ConversationPages { body: theirs, ..plan(0, HOUR) },
    ] {
        let mut flow = Conversations::new(plan, DAY);
        let error = flow.take(&server.answer(&flow.ask().unwrap())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::QueryTooLarge);
    }
}

#[test]
fn one_day_beyond_the_depth_is_refused_at_once() {
    let server = Server::new(1, 500);
    let mut flow = Conversations::new(plan(0, DAY), 10 * DAY);
    let error = flow.take(&server.answer(&flow.ask().unwrap())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::QueryTooLarge);
}

#[test]
fn pages_that_shift_while_data_arrives_yield_each_conversation_once() {
    let mut flow = Conversations::new(plan(0, DAY), 10 * DAY);
    let row = |nth: i64| Row { id: Some(nth as u128), start: Some(nth) };
    let page = |from: i64, to: i64| {
        let rows = (from..to).map(row).collect();
        Found::Conversations { rows, total: Some(250), next: None }
    };
    assert_eq!(flow.take(&page(0, 100)).unwrap().items, 100);
    let second = flow.take(&page(90, 190)).unwrap();
    assert_eq!((second.items, second.duplicates, second.skip), (90, 10, (0..10).collect()));
}

#[test]
fn a_smaller_page_goes_on_where_it_was() {
    let server = Server::new(1, 60_000);
    let mut flow = Conversations::new(plan(0, DAY), 10 * DAY);
    let (mut items, mut requests) = (0, 0);
    while let Some(ask) = flow.ask() {
        requests += 1;
        if requests == 3 {
            assert!(flow.shrink());
            continue;
        }
        items += flow.take(&server.answer(&ask)).unwrap().items;
    }
    assert_eq!(items, 1440);
}

#[test]
fn memory_is_dropped_with_the_day() {
    let server = Server::new(3, 60_000);
    let windows = (0..3).map(|day| Interval { from: day * DAY, to: (day + 1) * DAY }).collect();
    let mut flow = Conversations::new(ConversationPages { windows, ..plan(0, 3 * DAY) }, 10 * DAY);
    let mut most = 0;
    while let Some(ask) = flow.ask() {
        flow.take(&server.answer(&ask)).unwrap();
        most = most.max(flow.had.len());
    }
    assert_eq!(most, 1440);
}

#[test]
fn the_users_own_order_is_sent_as_it_is() {
    let body = Map::from_iter([("order".to_owned(), Value::from("unordered"))]);
    let flow = Conversations::new(ConversationPages { body, ..plan(0, HOUR) }, DAY);
    let sent = flow.ask().unwrap().body.unwrap();
    assert_eq!(sent["order"], "unordered");
    assert_eq!(sent.get("orderBy"), None);
}

/// Ends after so many requests, and goes on with a flow that knows the bookmark alone. Answers the rows of both, as
/// delivered, and the requests.
fn interrupted(plan: &ConversationPages, after: usize, server: &Server) -> (Vec<i64>, usize) {
    let (mut delivered, mut requests) = (Vec::new(), 0);
    let mut read = |flow: &mut Conversations, most: usize| {
        for _ in 0..most {
            let Some(ask) = flow.ask() else { break };
            requests += 1;
            let found = server.answer(&ask);
            let taken = flow.take(&found).unwrap();
            let Found::Conversations { rows, .. } = found else { panic!() };
            let rows = (0..).zip(rows).filter(|(position, _)| !taken.skip.contains(position));
            delivered.extend(rows.map(|(_, row)| row.start.unwrap()));
        }
    };
    let mut first = Conversations::new(plan.clone(), 10 * DAY);
    read(&mut first, after);
    let mut second = Conversations::new(plan.clone(), 11 * DAY);
    match first.bookmark() {
        Some(place) => assert!(second.resume(&place)),
        None => assert!(after == 0 || first.ask().is_none()),
    }
    if first.ask().is_some() {
        read(&mut second, usize::MAX);
    }
    (delivered, requests)
}

#[test]
fn what_ended_early_goes_on_where_it_ended() {
    let server = Server::new(9, 300_000);
    let theirs = Map::from_iter([("order".to_owned(), "asc".into())]);
    let two = vec![Interval { from: HOUR, to: 7 * DAY }, Interval { from: 7 * DAY, to: 9 * DAY - HOUR }];
    for plan in [
        plan(0, 3 * DAY),
        plan(20 * HOUR, 23 * HOUR),
        plan(HOUR, 3 * HOUR),
        ConversationPages { body: theirs, ..plan(0, 3 * DAY) },
        ConversationPages { keep_outside: true, ..plan(DAY + HOUR, 2 * DAY + HOUR) },
        ConversationPages { windows: two, ..plan(HOUR, 9 * DAY - HOUR) },
    ] {
        let (all, whole) = interrupted(&plan, usize::MAX, &server);
        let all: BTreeSet<i64> = all.into_iter().collect();
        for after in 0..=whole {
            let (delivered, requests) = interrupted(&plan, after, &server);
            assert_eq!(delivered.len(), all.len(), "each once, where nothing shifts: {after}");
            assert_eq!((delivered.into_iter().collect::<BTreeSet<_>>(), requests), (all.clone(), whole), "{after}");
        }
    }
}

#[test]
fn a_window_that_was_cut_goes_on_with_its_other_half() {
    let server = Server::new(4, 1_500);
    let (mut delivered, requests) = interrupted(&plan(0, 4 * DAY), 700, &server);
    delivered.sort_unstable();
    delivered.dedup();
    assert_eq!(delivered.len() as i64, 4 * DAY / 1_500);
    let whole = run(plan(0, 4 * DAY), 10 * DAY, &server).0;
    assert!(requests <= whole as usize + 2, "{requests} {whole}");
}
