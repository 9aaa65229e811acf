//! Runs from their first line to their last.

use super::is;
use super::terminal::{Terminal, report, seen};
use crate::event::{Event, EventKind, Finished, Outcome, StepOutcome};
use crate::report::sample::{
    NEW, Recording, deployed, fails_after_the_switch, fails_on_one, id, interrupted, plan, screen, stuck,
};
use crate::report::{Format, Screen};

fn live(recording: &Recording) -> String {
    seen(&recording.events, &screen(80, 24))
}

fn plain(recording: &Recording) -> String {
    report(Format::Plain, &recording.events, &Screen { terminal: false, ..screen(80, 24) }).text()
}

#[test]
fn a_success_is_short() {
    let text = live(&deployed(3));
    is("live-deployed", &text);
    assert!(text.trim_end().lines().count() <= 13, "{text}");
    is("plain-deployed", &plain(&deployed(3)));
}

#[test]
fn a_failure_on_one_host_is_shown_in_full_and_taken_back_everywhere() {
    is("live-fails-on-one", &live(&fails_on_one()));
    is("plain-fails-on-one", &plain(&fails_on_one()));
}

#[test]
fn the_same_failure_on_all_hosts_is_shown_once() {
    let text = live(&fails_after_the_switch());
    is("live-fails-after-the-switch", &text);
    assert_eq!(text.matches("error: 500").count(), 1);
}

#[test]
fn a_stuck_host_is_named_with_what_to_type() {
    is("live-stuck", &live(&stuck()));
    is("plain-stuck", &plain(&stuck()));
}

#[test]
fn an_interrupted_run_says_so_and_is_taken_back() {
    is("live-interrupted", &live(&interrupted()));
}

#[test]
fn a_warning_is_shown_where_it_happens_and_counted_at_the_end() {
    let mut recording = Recording::of(plan(1)).well(&["lock", "switch", "health"], 0.4).end(
        "queue-restart",
        "web1",
        StepOutcome::Warning,
        &["Redis is away"],
    );
    recording.put(EventKind::Warning {
        text: "the disk is nearly full".to_owned(),
        host: Some("web1".into()),
        step: None,
    });
    let run = recording.finished(|finished| Finished {
        outcome: Outcome::Deployed,
        live: finished.live.keys().map(|host| (host.clone(), Some(id(NEW)))).collect(),
        ..finished
    });
    is("live-warnings", &live(&run));
}

fn uploading(hosts: usize) -> Recording {
    let build = ["lock", "checkout", "composer-install", "npm-build", "package"];
    let mut recording = Recording::of(plan(hosts)).well(&build, 3.1);
    for number in 1..=hosts {
        recording = recording.start("upload", &format!("web{number}"));
    }
    recording = recording.pass(2.0);
    for number in 1..=hosts {
        let done = 3_100_000 * (number as u64 * 37 % 100) / 100;
        recording = recording.progress("upload", &format!("web{number}"), done);
    }
    recording
}

#[test]
fn a_transfer_shows_how_far_each_host_is() {
    let frame = seen(&uploading(3).events, &screen(80, 24));
    let ascii = seen(&uploading(3).events, &Screen { utf8: false, ..screen(80, 24) });
    let wide = seen(&uploading(3).events, &screen(120, 24));
    is("live-upload", &format!("{frame}\n{ascii}\n{wide}"));
}

#[test]
fn more_hosts_than_rows_are_the_slowest_and_a_count() {
    is("live-many-hosts", &seen(&uploading(27).events, &screen(80, 12)));
}

#[test]
fn a_running_command_shows_its_last_line() {
    let recording = Recording::of(plan(3)).well(&["lock", "backup"], 0.3).start("migrate", "web1");
    let mut recording = recording.pass(3.0);
    recording.put(EventKind::Output {
        step: crate::plan::StepId(12),
        host: Some("web1".into()),
        undo: false,
        text: "2026_11_18_090000_create_coupons_table ........ DONE".to_owned(),
    });
    is("live-command", &seen(&recording.events, &screen(80, 24)));
}

#[test]
fn a_screen_is_drawn_at_most_ten_times_a_second() {
    let mut recording = Recording::of(plan(3));
    for number in 0..1000 {
        recording = recording.pass(0.01).progress("upload", "web1", number);
    }
    let sink = super::terminal::Sink::default();
    let mut reporter = crate::report::for_output(Format::Human, Box::new(sink.clone()), screen(80, 24));
    recording.events.iter().for_each(|event| reporter.event(event));
    assert!((90..=101).contains(&sink.writes()), "{}", sink.writes());
}

#[test]
fn the_cursor_comes_back_even_when_the_end_does_not() {
    let screen = screen(80, 24);
    for events in [&deployed(3).events[..], &deployed(3).events[..9]] {
        let text = report(Format::Human, events, &screen).text();
        let mut terminal = Terminal::new(&screen);
        terminal.feed(&text);
        assert!(text.contains("\u{1b}[?25l") && terminal.shows_cursor);
    }
}

#[test]
fn a_silent_step_is_said_to_be_running() {
    let recording = Recording::of(plan(3)).start("upload", "web1").start("upload", "web2");
    let sink = super::terminal::Sink::default();
    let mut reporter = crate::report::for_output(Format::Plain, Box::new(sink.clone()), Screen::unknown());
    recording.events.iter().for_each(|event| reporter.event(event));
    (0..=65).for_each(|second| reporter.tick(f64::from(second)));
    let text = sink.text();
    let lines: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "[0:30] .. upload web1,web2 still running, 30 s",
            "[1:00] .. upload web1,web2 still running, 1 m 00 s",
        ]
    );
}

#[test]
fn json_is_the_events_themselves() {
    let recording = stuck();
    let text = report(Format::Json, &recording.events, &Screen::unknown()).text();
    let read: Vec<Event> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, recording.events);
    let last_lines: Vec<&str> = text.lines().skip(1).collect();
    is("json", &last_lines.join("\n"));
}
