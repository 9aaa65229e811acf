//! Whatever happens in a run and however small the terminal is, the screen stays whole.

use proptest::prelude::*;

use super::terminal::{Terminal, report};
use crate::event::{Event, EventKind, Finished, Outcome, StepOutcome, Unit};
use crate::host::HostName;
use crate::plan::StepId;
use crate::report::live::block;
use crate::report::run::Run;
use crate::report::sample::{Recording, plan, screen};
use crate::report::{Format, Screen};

fn outcome() -> impl Strategy<Value = StepOutcome> {
    use StepOutcome::{Failed, Ok, Skipped, Warning};
    prop_oneof![6 => Just(Ok), 1 => Just(Failed), 1 => Just(Warning), 1 => Just(Skipped)]
}

fn kind() -> impl Strategy<Value = EventKind> {
    let step = || (0..20_usize).prop_map(StepId);
    let name = || (1..8_usize).prop_map(|number| HostName::new(format!("web{number}")));
    let host = move || proptest::option::weighted(0.8, name());
    let text = || "(\\PC|[\u{1b}\r\t字é]|\u{1b}\\[2J){0,60}";
    let started = (step(), host()).prop_map(|(step, host)| EventKind::StepStarted { step, host });
    let unit = prop_oneof![Just(Unit::Bytes), Just(Unit::Files)];
    let progress = (step(), host(), any::<u64>(), any::<Option<u64>>(), unit)
        .prop_map(|(step, host, done, total, unit)| EventKind::Progress { step, host, done, total, unit });
    let output = (step(), host(), any::<bool>(), text())
        .prop_map(|(step, host, undo, text)| EventKind::Output { step, host, undo, text });
    let finished = (step(), host(), outcome(), -1.0..9e9, proptest::option::of(text()), any::<Option<u64>>())
        .prop_map(|(step, host, outcome, seconds, reason, sent)| EventKind::StepFinished {
            step,
            host,
            outcome,
            seconds,
            exit: Some(1),
            reason,
            sent,
            taken: None,
        });
    let back = (step(), name()).prop_map(|(step, host)| EventKind::UndoStarted { step, host });
    let came_back = (step(), name(), outcome(), -1.0..9e9).prop_map(|(step, host, outcome, seconds)| {
        EventKind::UndoFinished { step, host, outcome, seconds, reason: None }
    });
    let warning = (text(), host()).prop_map(|(text, host)| EventKind::Warning { text, host, step: None });
    let stop = text().prop_map(|signal| EventKind::Interrupted { signal });
    prop_oneof![8 => started, 8 => progress, 4 => output, 12 => finished, 1 => back, 1 => came_back, 1 => warning, 1 => stop]
}

fn end() -> impl Strategy<Value = Finished> {
    use Outcome::{Deployed, NotStarted, Nothing, Stuck, Undone};
    let outcome = prop_oneof![Just(NotStarted), Just(Deployed), Just(Undone), Just(Stuck), Just(Nothing)];
    (outcome, any::<u8>(), proptest::option::of(0.0..9e9)).prop_map(|(outcome, exit, was_live)| Finished {
        outcome,
        exit,
        was_live,
        live: std::collections::BTreeMap::new(),
        failed: Vec::new(),
        left: Vec::new(),
        next: Vec::new(),
        seconds: 1.0,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_run_spoils_a_screen(
        kinds in proptest::collection::vec((kind(), 0.0..3.0), 0..80),
        end in end(),
        (hosts, width, height) in (1..8_usize, 1..140_usize, 1..40_usize),
        (color, utf8) in any::<(bool, bool)>(),
    ) {
        let screen = Screen { color, utf8, ..screen(width, height) };
        let mut events = Recording::of(plan(hosts)).events;
        let mut now = 0.0;
        let mut run = Run::new(plan(hosts));
        for (kind, pause) in kinds {
            now += pause;
            run.record(now, &kind);
            let block = block::lines(&run, &screen);
            prop_assert!(block.len() < height);
            prop_assert!(block.iter().all(|line| console::measure_text_width(line) < width), "{block:?}");
            events.push(Event { v: 1, t: now, kind });
        }
        events.push(Event { v: 1, t: now, kind: EventKind::RunFinished(Box::new(end)) });
        let sink = report(Format::Human, &events, &screen);
        let mut terminal = Terminal::new(&screen);
        terminal.feed(&sink.text());
        prop_assert!(terminal.shows_cursor);
        prop_assert!(sink.writes() as f64 <= now * 10.0 + 3.0, "{} frames in {now} s", sink.writes());
        report(Format::Plain, &events, &screen);
        report(Format::Json, &events, &screen);
    }
}
