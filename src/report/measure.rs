//! Numbers as a person reads them: sizes (of 1000, as disks are sold), times, counts.

use crate::event::Taken;

/// Returns a size in bytes as `512 B`, `820 kB`, `3.1 MB`.
pub(super) fn size(bytes: u64) -> String {
    let (number, unit) = scaled(bytes);
    format!("{number} {unit}")
}

/// Returns how much of a size is done, as `1.9 of 3.1 MB`.
pub(super) fn part_of_size(done: u64, total: u64) -> String {
    let ((done_number, done_unit), (number, unit)) = (scaled(done), scaled(total));
    if done_unit == unit {
        format!("{done_number} of {number} {unit}")
    } else {
        format!("{done_number} {done_unit} of {number} {unit}")
    }
}

fn scaled(bytes: u64) -> (String, &'static str) {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return (bytes.to_string(), "B");
    }
    let mut number = bytes as f64;
    let mut unit = "B";
    for larger in UNITS {
        // What would be printed as 1000 is 1.0 of the next unit.
        if number < 999.5 {
            break;
        }
        number /= 1000.0;
        unit = larger;
    }
    let is_fine = number < 99.95 && unit != "kB";
    (if is_fine { format!("{number:.1}") } else { format!("{number:.0}") }, unit)
}

/// Returns a measured time as `0.3 s`, `1 m 04 s`, `2 h 05 m`.
pub(super) fn time(seconds: f64) -> String {
    if seconds < 59.95 { format!("{:.1} s", seconds.max(0.0)) } else { whole_time(seconds) }
}

/// Returns a time where tenths do not matter, as `29 s`, `1 m 04 s`, `2 h 05 m`.
pub(super) fn whole_time(seconds: f64) -> String {
    match whole(seconds) {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Returns how long ago something was, as `20 s`, `5 min`, `2 h`, `3 d`.
pub(super) fn age(seconds: f64) -> String {
    match whole(seconds) {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// Returns the time since the beginning as a clock shows it, `0:21` or `1:02:03`.
pub(super) fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds % 3600 / 60, seconds % 60),
    }
}

fn whole(seconds: f64) -> u64 {
    seconds.max(0.0).round() as u64
}

/// Returns a number as `9,412`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Says how many files needed not be sent.
pub(super) fn there(taken: Taken) -> String {
    format!("{} of {} files were there", count(taken.there), count(taken.files))
}

/// Returns a number of things, as `1 host`, `3 hosts`.
pub(super) fn number_of(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", count(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_of_1000_and_never_show_1000_of_a_unit() {
        let sizes = [0, 999, 1000, 820_000, 999_499, 999_500, 3_100_000, 61_200_000, 611_000_000, u64::MAX];
        assert_eq!(
            sizes.map(size).join(" | "),
            "0 B | 999 B | 1 kB | 820 kB | 999 kB | 1.0 MB | 3.1 MB | 61.2 MB | 611 MB | 18.4 EB",
        );
        assert_eq!(part_of_size(1_900_000, 3_100_000), "1.9 of 3.1 MB");
        assert_eq!(part_of_size(500, 3_100_000), "500 B of 3.1 MB");
    }

    #[test]
    fn times_lose_their_tenths_after_a_minute() {
        let times = [-1.0, 0.04, 0.3, 59.94, 59.96, 64.0, 3599.4, 3599.6, 7500.0, f64::NAN];
        assert_eq!(
            times.map(time).join(" | "),
            "0.0 s | 0.0 s | 0.3 s | 59.9 s | 1 m 00 s | 1 m 04 s | 59 m 59 s | 1 h 00 m | 2 h 05 m | 0 s",
        );
        assert_eq!(whole_time(28.6), "29 s");
    }

    #[test]
    fn a_clock_counts_up() {
        assert_eq!([0.9, 21.0, 3723.0].map(clock).join(" "), "0:00 0:21 1:02:03");
        assert_eq!([20.0, 300.0, 7200.0, 200_000.0].map(age).join(", "), "20 s, 5 min, 2 h, 2 d");
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!([0, 999, 9412, 1_234_567].map(count).join(" "), "0 999 9,412 1,234,567");
        assert_eq!([number_of(1, "host"), number_of(3, "host")].join(" "), "1 host 3 hosts");
    }
}
