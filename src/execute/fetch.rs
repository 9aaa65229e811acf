//! Looking at pages of the hosts' sites: from the controller, as visitors do, or from the host where
//! the controller cannot reach the site.

use std::time::{Duration, Instant};

use futures::future::join_all;
use minijinja::context;

use super::Context;
use super::member::{Member, elapsed};
use crate::event::EventKind;
use crate::plan::{Action, Page, Step};
use crate::template::Engine;
use crate::transport::http::Visitor;

const FETCH: &str = include_str!("../../templates/fetch.sh");

/// How often a page is asked for before it counts as wrong: web servers look at links again after
/// some seconds.
const TRIES: u32 = 8;
/// How often it must be right in a row: a site has several workers.
const IN_A_ROW: u32 = 3;
/// Between a wrong answer and the next question.
const PAUSE: Duration = Duration::from_millis(800);

/// Looks at the page of each host. What is wrong is kept in [`Member::failures`].
pub async fn perform(context: &Context<'_>, step: &Step, members: &mut [Member]) {
    let Action::Fetch { pages } = &step.action else { return };
    let visits = members.iter_mut().filter_map(|member| {
        let page = pages.get(&member.name)?;
        Some(visit(context, step, page, member))
    });
    join_all(visits).await;
}

async fn visit(context: &Context<'_>, step: &Step, page: &Page, member: &mut Member) {
    let since = Instant::now();
    let host = Some(member.name.clone());
    member.started.push(step.id);
    context.emit.emit(EventKind::StepStarted { step: step.id, host: host.clone() });
    let url = page.url.replace("{run}", &context.identity.run);
    let result = tokio::select! {
        result = look(&url, page, member) => result,
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
    Right,
    /// Something else, in words.
    Wrong(String),
    /// Nothing, and why.
    Nothing(String),
}

/// Asks until the page is right. A remark is returned where only the host can see it.
///
/// # Errors
/// What came instead, in words.
async fn look(url: &str, page: &Page, member: &mut Member) -> Result<Option<String>, String> {
    let visitor = Visitor::new().map_err(|error| error.to_string())?;
    let site = url.rsplit_once('/').map_or(url, |(site, _)| site);
    let mut last = String::new();
    for _ in 0..TRIES {
        last = match from_here(&visitor, url, page).await {
            Sight::Right => return Ok(None),
            Sight::Wrong(what) => format!("{site} {what}"),
            Sight::Nothing(why) if host_sees(url, page, member).await => {
                return Ok(Some(format!("this machine cannot reach {site} ({why}); the host can")));
            }
            Sight::Nothing(why) => format!("{site} cannot be reached: {why}"),
        };
        tokio::time::sleep(PAUSE).await;
    }
    Err(format!("{last}; {}", page.advice))
}

/// Asks several times in a row.
async fn from_here(visitor: &Visitor, url: &str, page: &Page) -> Sight {
    for _ in 0..IN_A_ROW {
        match visitor.get(url).await {
            Ok(answer) if answer.status != 200 => return Sight::Wrong(format!("answers {}", answer.status)),
            Ok(answer) if answer.text.trim() != page.text => {
                return Sight::Wrong("serves something else".to_owned());
            }
            Ok(_) => {}
            Err(silent) => return Sight::Nothing(silent.to_string()),
        }
    }
    Sight::Right
}

/// Asks from the host, with what it has.
async fn host_sees(url: &str, page: &Page, member: &mut Member) -> bool {
    let Some(session) = &mut member.session else { return false };
    let Ok(script) = Engine::new().shell("fetch.sh", FETCH, &context! { url => url }) else { return false };
    let lines = session.ask(&script.text).await.unwrap_or_default();
    lines.join("\n").trim() == page.text
}
