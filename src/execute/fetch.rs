//! Looking at pages of the hosts' sites: from the controller, as visitors do, or from the host where
//! the controller cannot reach the site.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use minijinja::context;

use super::Context;
use super::member::{Member, elapsed};
use super::session::Session;
use crate::event::EventKind;
use crate::plan::{self, Action, Answer, Page, Step};
use crate::template::Engine;
use crate::transport::http::{Seen, Silent, Visitor, is_same_site};

const FETCH: &str = concat!(include_str!("../../templates/ask.sh"), include_str!("../../templates/fetch.sh"));

/// How often the page is asked for after a run was taken back.
const LAST_TRIES: u32 = 2;
/// Between a wrong answer and the next question.
const PAUSE: Duration = Duration::from_millis(800);

/// Looks at the page of each host. What is wrong is kept in [`Member::failures`].
pub async fn perform(context: &Context<'_>, step: &Step, members: &mut [Member]) {
    let Action::Fetch { pages } = &step.action else { return };
    let visits = members.iter_mut().filter_map(|member| {
        let page = pages.get(&member.name)?;
        Some(visit(context, step, member, async |member: &mut Member| look(page, member).await))
    });
    join_all(visits).await;
}

/// Looks at a host's site, and tells what became of it: a remark, or what is wrong.
pub(super) async fn visit(
    context: &Context<'_>,
    step: &Step,
    member: &mut Member,
    look: impl AsyncFnOnce(&mut Member) -> Result<Option<String>, String>,
) {
    let since = Instant::now();
    let host = Some(member.name.clone());
    member.started.push(step.id);
    context.emit.emit(EventKind::StepStarted { step: step.id, host: host.clone() });
    let result = tokio::select! {
        result = look(member) => result,
        () = tokio::time::sleep(Duration::from_secs(step.timeout)) =>
            Err(format!("took longer than {} s", step.timeout)),
        () = context.stop.wanted() => Err("interrupted".to_owned()),
    };
    match result {
        Ok(remark) => {
            if let Some(text) = remark {
                context.emit.emit(EventKind::Warning { text, host, step: Some(step.id) });
            }
            member.pass(context, step.id, elapsed(since));
        }
        Err(reason) => member.fail(context, step.id, reason, None, elapsed(since)),
    }
}

/// What a visitor saw.
enum Sight {
    /// What must be there, and what a person should know.
    Right(Option<String>),
    /// Something else, in words.
    Wrong(String),
    /// Nothing, and why.
    Nothing(String),
}

/// Asks until the page is right. A remark is returned where a person should know something.
///
/// # Errors
/// What came instead, in words.
async fn look(page: &Page, member: &mut Member) -> Result<Option<String>, String> {
    let visitor = Visitor::new(page.timeout, page.follow).map_err(|error| error.to_string())?;
    let site = &page.url;
    let mut last = String::new();
    for turn in 0..page.tries.max(1) {
        if turn > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        last = match from_here(&visitor, page).await {
            Sight::Right(remark) => return Ok(remark.map(|remark| format!("{site}: {remark}"))),
            Sight::Wrong(what) => format!("{site} {what}"),
            Sight::Nothing(why) => match from_host(page, member).await {
                Some(None) => {
                    return Ok(Some(format!("this machine cannot reach {site} ({why}); the host can")));
                }
                Some(Some(what)) => format!("{site}, as the host sees it, {what}"),
                None => format!("{site} cannot be reached: {why}"),
            },
        };
    }
    Err(format!("{last}; {}", page.advice))
}

async fn from_here(visitor: &Visitor, page: &Page) -> Sight {
    match visitor.get(&page.url).await {
        Ok(Seen { answer, certificate_ends }) => match page.expect.fault(&answer) {
            Some(fault) => Sight::Wrong(fault),
            None => Sight::Right(certificate_ends.and_then(|ends| ends_soon(ends, page.certificate_days?))),
        },
        Err(Silent::Untrusted(why)) => Sight::Wrong(format!("is not trusted: {why}")),
        Err(Silent::Unreachable(why)) => Sight::Nothing(why),
    }
}

/// Tells when a certificate ends, where that is within so many days.
fn ends_soon(ends: i64, days: u32) -> Option<String> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    let left = (ends - i64::try_from(now.as_secs()).ok()?) / (24 * 60 * 60);
    (left < i64::from(days)).then(|| format!("its certificate ends in {left} days"))
}

/// Asks from the host, with what it has. `None`: it cannot reach the page, either; else what is wrong.
async fn from_host(page: &Page, member: &mut Member) -> Option<Option<String>> {
    let answer = seen_from_host(page, member.session.as_mut()?).await?;
    Some(page.expect.fault(&answer))
}

/// Returns what a host sees of a page, with what it has; `None`: it cannot reach it.
pub async fn seen_from_host(page: &Page, session: &mut Session) -> Option<Answer> {
    let values = context! { url => page.url.as_str(), timeout => page.timeout, follow => page.follow };
    let script = Engine::new().shell("fetch.sh", FETCH, &values).ok()?;
    let lines = session.ask(&script.text).await.ok()?;
    answer(&lines, &page.url)
}

/// Reads an answer to a question as it is sent. Where redirects were followed, the last one counts, unless
/// one led to another site.
pub(super) fn answer(lines: &[String], url: &str) -> Option<Answer> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end_matches('\r')).collect();
    let mut start = 0;
    loop {
        let status = lines.get(start)?.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
        let end = lines[start..].iter().position(|line| line.is_empty()).map_or(lines.len(), |at| start + at);
        let header = |line: &&str| {
            line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        };
        let headers: BTreeMap<String, String> = lines[start + 1..end].iter().filter_map(header).collect();
        let rest = lines.get(end + 1..).unwrap_or_default();
        let stays = headers.get("location").is_none_or(|to| is_same_site(url, to));
        let is_followed = rest.first().is_some_and(|line| line.starts_with("HTTP/"));
        if (300..400).contains(&status) && stays && is_followed {
            start = end + 1;
            continue;
        }
        return Some(Answer { status, headers, text: rest.join("\n"), took: None });
    }
}

/// After a run was taken back: tells where the release before does not pass the check, either.
pub async fn look_back(context: &Context<'_>, members: &mut [Member]) {
    let Some(step) = context.plan.named(plan::HEALTH) else { return };
    let Action::Fetch { pages } = &step.action else { return };
    let visits = members.iter_mut().filter_map(|member| {
        let was_live = member.live.is_some_and(|(_, end)| end.is_some());
        let page = pages.get(&member.name).filter(|_| was_live)?;
        Some(async {
            let page = Page { tries: page.tries.min(LAST_TRIES), ..page.clone() };
            if let Err(what) = look(&page, member).await {
                let text = format!("what was live before does not pass the check, either: {what}");
                let host = Some(member.name.clone());
                context.emit.emit(EventKind::Warning { text, host, step: Some(step.id) });
            }
        })
    });
    join_all(visits).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_curl_and_php_print_it() {
        let text = "HTTP/1.1 301 Moved\r\nLocation: https://www.b/x\r\n\r\nHTTP/2 200\r\nX-App: shop\r\n\r\none\n\ntwo";
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let found = answer(&lines, "http://b/").unwrap();
        assert_eq!((found.status, found.text.as_str()), (200, "one\n\ntwo"));
        assert_eq!(found.headers, [("x-app".to_owned(), "shop".to_owned())].into());
        assert_eq!(answer(&lines, "http://a/").unwrap().status, 301);
        assert_eq!(answer(&["curl: (7) no".to_owned()], ""), None);
        assert_eq!(answer(&[], ""), None);
    }
}
