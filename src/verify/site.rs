//! What a site shows to visitors.

use std::collections::BTreeMap;

use super::Check;
use crate::plan::Answer;
use crate::release::ReleaseId;

const SITE: &str = "site";
const CERTIFICATE: &str = "certificate";
const SECRETS: &str = "secrets";
const UPLOADS: &str = "uploads";

/// Days before its end at which a certificate is told of.
const SOON: i64 = 14;

/// What must never be served, and a text that gives it away.
pub const PRIVATE: [&str; 2] = ["/.env", "/.git/config"];

/// Judges the page that is looked at. `fault`: what is wrong with it, in words behind the site's name.
pub fn page(url: &str, fault: Option<&str>, stage: &str) -> Check {
    match fault {
        None => Check::ok(SITE, format!("{url} answers as it should")),
        Some(fault) => Check::fail(SITE, format!("{url} {fault}"))
            .next(format!("deployer logs {stage}"), "what the application says about it")
            .next(format!("deployer rollback {stage}"), "the release before, live again"),
    }
}

/// Judges how long a certificate is good.
pub fn certificate(site: &str, ends: i64, now: i64) -> Check {
    let days = (ends - now).div_euclid(24 * 60 * 60);
    let words = format!("the certificate of {site} is good for {days} more days");
    match days {
        SOON.. => Check::ok(CERTIFICATE, words),
        0..SOON => Check::warn(CERTIFICATE, words),
        _ => Check::fail(CERTIFICATE, format!("the certificate of {site} ended {} days ago", -days)),
    }
}

/// Judges the answers for what must never be served, each with its address.
pub fn private(site: &str, answers: &[(String, Answer)], stage: &str) -> Check {
    let shown: Vec<&str> =
        answers.iter().filter(|(_, answer)| gives_away(answer)).map(|(url, _)| url.as_str()).collect();
    if shown.is_empty() {
        return Check::ok(SECRETS, format!("{site} shows neither .env nor .git"));
    }
    Check::fail(SECRETS, format!("everybody can read {}: change what is in it", shown.join(" and "))).next(
        format!("deployer setup {stage}"),
        "how the web server is told to serve the public directory only",
    )
}

/// Tells whether an answer is such a file: many sites answer 200 with a page of their own to anything.
fn gives_away(answer: &Answer) -> bool {
    let is_setting = |line: &str| {
        let name = line.trim_start().trim_start_matches("export ").split('=').next().unwrap_or_default();
        line.contains('=')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let is_page = answer.text.trim_start().get(..1) == Some("<");
    answer.status == 200
        && !is_page
        && answer.text.lines().any(|line| is_setting(line) || line.trim() == "[core]")
}

/// Judges which releases the workers of PHP serve, so many each; `None`: nobody could look.
pub fn served(
    workers: &BTreeMap<ReleaseId, usize>,
    problem: Option<&str>,
    remark: Option<&str>,
    stage: &str,
) -> Option<Check> {
    const NAME: &str = "served";
    if let Some(problem) = problem {
        let check = Check::fail(NAME, problem);
        return Some(
            check.next(format!("deployer run {stage}"), "makes PHP forget the release before, and proves it"),
        );
    }
    if let Some(remark) = remark {
        return Some(Check::warn(NAME, remark));
    }
    let served: Vec<_> = workers.keys().map(ReleaseId::as_str).collect();
    (!served.is_empty()).then(|| Check::ok(NAME, format!("the site serves {}", served.join(" and "))))
}

/// Judges whether a file that lies where uploads do is shown. `standard`: such a directory is always public.
pub fn upload(url: &str, answer: Result<&Answer, &str>, token: &str, standard: bool) -> Check {
    let wrong = |words: String| {
        if standard { Check::fail(UPLOADS, words) } else { Check::warn(UPLOADS, words) }
    };
    let directory = url.rsplit_once('/').map_or(url, |(directory, _)| directory);
    match answer {
        Ok(answer) if answer.status == 200 && answer.text.trim() == token => {
            Check::ok(UPLOADS, format!("what is uploaded is shown below {directory}"))
        }
        Ok(answer) if answer.status == 200 => wrong(format!(
            "a file in shared data is not what {directory}/ shows: it serves another directory"
        )),
        Ok(answer) => wrong(format!(
            "a file in shared data is not shown below {directory}: it answers {}",
            answer.status
        )),
        Err(why) => wrong(format!("a file in shared data is not shown below {directory}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Verdict;

    fn answer(status: u16, text: &str) -> Answer {
        Answer { status, text: text.to_owned(), ..Answer::default() }
    }

    #[test]
    fn a_secret_file_is_told_from_a_page_that_answers_to_everything() {
        let judged = |answer: Answer| private("s", &[("s/.env".to_owned(), answer)], "production").verdict;
        assert_eq!(judged(answer(200, "# mine\nAPP_KEY=base64:x\n")), Verdict::Fail);
        assert_eq!(judged(answer(200, "[core]\n\tbare = false\n")), Verdict::Fail);
        assert_eq!(judged(answer(200, "<!doctype html>\nA=b\n")), Verdict::Ok);
        assert_eq!(judged(answer(200, "not here")), Verdict::Ok);
        assert_eq!(judged(answer(403, "A=b")), Verdict::Ok);
    }

    #[test]
    fn certificates_end() {
        let day = 24 * 60 * 60;
        let judged = |days: i64| certificate("s", days * day, 0).verdict;
        assert_eq!(
            [60, 14, 13, 0, -1].map(judged),
            [Verdict::Ok, Verdict::Ok, Verdict::Warn, Verdict::Warn, Verdict::Fail]
        );
    }
}
