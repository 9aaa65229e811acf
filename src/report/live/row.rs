//! The row of a host: what it does now and how far it is.

use console::truncate_str;

use super::block::Doing;
use crate::event::Unit;
use crate::host::HostName;
use crate::report::measure::{count, number_of, part_of_size, size, whole_time};
use crate::report::paint::{Paint, State};
use crate::report::run::{Progress, Run, Task, TaskId, Way};
use crate::report::screen::Screen;

/// The most columns that the name of a host or a step takes.
const NAME: usize = 16;

/// Returns a row for each place.
pub(super) fn rows(run: &Run, places: &[(Option<&HostName>, Doing<'_>)], screen: &Screen) -> Vec<String> {
    let labels: Vec<(&str, String)> = places
        .iter()
        .map(|(host, doing)| (host.map_or("here", HostName::as_str), label(run, *doing)))
        .collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default().min(NAME);
    let hosts = widest(&mut labels.iter().map(|(host, _)| host.chars().count()));
    let steps = widest(&mut labels.iter().map(|(_, step)| step.chars().count()));
    let paint = screen.paint();
    let row = |((host, step), (_, doing)): (&(&str, String), &(Option<&HostName>, Doing<'_>))| {
        let [host, step] = [*host, step].map(|name| truncate_str(name, NAME, paint.ellipsis()));
        format!("  {host:<hosts$}  {step:<steps$}  {}", words(run, *doing, screen)).trim_end().to_owned()
    };
    labels.iter().zip(places).map(row).collect()
}

/// Returns what is said of the places that have no row.
pub(super) fn rest(places: &[(Option<&HostName>, Doing<'_>)]) -> String {
    let parts: Vec<f64> = places
        .iter()
        .filter_map(|(_, doing)| match doing {
            Doing::Running(_, task) => part(task),
            Doing::Failed(_) | Doing::Waiting => None,
        })
        .collect();
    let more = format!("and {} more", places.len());
    if parts.len() < places.len() {
        return more;
    }
    let percent = |part: f64| format!("{:.0}", part * 100.0);
    let least = percent(parts.iter().copied().fold(1.0, f64::min));
    let most = percent(parts.iter().copied().fold(0.0, f64::max));
    if least == most {
        format!("{more} at {least} %")
    } else {
        format!("{more} between {least} and {most} %")
    }
}

/// Returns how much of a task is done, from 0 to 1, where that is known.
pub(super) fn part(task: &Task) -> Option<f64> {
    let Progress { done, total, .. } = task.progress?;
    let total = total.filter(|total| *total > 0)?;
    Some((done as f64 / total as f64).min(1.0))
}

fn label(run: &Run, doing: Doing<'_>) -> String {
    match doing {
        Doing::Failed(TaskId { way, step, .. }) | Doing::Running(TaskId { way, step, .. }, _) => {
            let undo = if *way == Way::Back { "undo " } else { "" };
            format!("{undo}{}", run.name(*step))
        }
        Doing::Waiting => "waits".to_owned(),
    }
}

fn words(run: &Run, doing: Doing<'_>, screen: &Screen) -> String {
    let paint = screen.paint();
    match doing {
        Doing::Failed(id) => {
            let reason = run.tasks.get(id).and_then(|task| task.end.as_ref());
            let reason = reason.map_or("", |end| end.reason.as_str());
            format!("{}  {reason}", paint.state(State::Fail, State::Fail.word()))
        }
        Doing::Running(_, task) => working(run, task, screen, paint),
        Doing::Waiting => String::new(),
    }
}

fn working(run: &Run, task: &Task, screen: &Screen, paint: Paint) -> String {
    let seconds = (run.now - task.began).max(0.0);
    match (task.progress, part(task)) {
        (Some(Progress { done, total: Some(total), unit: Unit::Bytes }), Some(part)) => {
            let rate = done as f64 / seconds.max(0.001);
            let left = (total.saturating_sub(done)) as f64 / rate.max(1.0);
            let bar = match screen.width {
                0..60 => String::new(),
                60..100 => paint.bar(part, 16) + "  ",
                _ => paint.bar(part, 28) + "  ",
            };
            let of = part_of_size(done.min(total), total);
            let rate = format!("{}/s", size(rate as u64));
            let left = if done < total && done > 0 { whole_time(left) } else { String::new() };
            format!("{bar}{:>3.0} %  {of:>16}  {rate:>9}  {left}", part * 100.0)
        }
        (Some(Progress { done, unit: Unit::Bytes, .. }), _) => {
            format!("{:>9}  {}", size(done), whole_time(seconds))
        }
        (Some(Progress { done, total: Some(total), unit: Unit::Files }), _) => {
            format!("{} of {}", count(done.min(total)), number_of(total as usize, "file"))
        }
        (Some(Progress { done, total: None, unit: Unit::Files }), _) => number_of(done as usize, "file"),
        (None, _) => {
            let last = task.output.last().unwrap_or_default();
            format!("{:<6} {}", whole_time(seconds), paint.faint(last))
        }
    }
}
