//! Looking which release sites serve, through all workers of their PHP: from the controller, as visitors
//! do, or from the host where the controller cannot reach the site.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use minijinja::context;

use super::Context;
use super::fetch::{answer, visit};
use super::member::Member;
use super::session::Session;
use crate::event::EventKind;
use crate::plan::proof::{Verdict, Watch};
use crate::plan::{self, Action, Answer, Proof, Step};
use crate::release::ReleaseId;
use crate::template::Engine;
use crate::transport::http::{Silent, Visitor};

const VISITS: &str =
    concat!(include_str!("../../templates/ask.sh"), include_str!("../../templates/visits.sh"));

/// Seconds that are waited for an answer.
const TIMEOUT: u64 = 10;

/// What a look at a site has brought.
#[derive(Debug)]
pub struct Sight {
    /// What a person should know; or what is wrong, in words.
    pub verdict: Result<Option<String>, String>,
    /// How many workers serve each release.
    pub tally: BTreeMap<ReleaseId, usize>,
}

/// The way to a site.
struct Way<'s> {
    visitor: Visitor,
    /// The host's own way, where there is one, and where its records are.
    host: Option<(&'s mut Session, String)>,
    /// What parts the answers that come by way of the host.
    mark: String,
    /// Why this machine cannot reach the site, where the host can.
    unreachable: Option<String>,
}

/// Looks at the site of each host. What is wrong is kept in [`Member::failures`].
pub async fn perform(context: &Context<'_>, step: &Step, members: &mut [Member]) {
    let Action::Prove { proofs } = &step.action else { return };
    let release = &context.plan.release;
    let visits = members.iter_mut().filter_map(|member| {
        let proof = proofs.get(&member.name)?;
        Some(visit(context, step, member, async |member: &mut Member| {
            let verdict = of_member(context, proof, release, member).await;
            // Somebody who has just made the first release tells the web server about it next.
            if proof.required {
                verdict
            } else {
                verdict.or_else(|what| Ok(Some(format!("not proved: {what}"))))
            }
        }))
    });
    join_all(visits).await;
}

/// Looks whether hosts that were taken back serve the release before, while its pages are still there.
pub async fn back(context: &Context<'_>, members: &mut [Member]) {
    let Some(step) = context.plan.named(plan::PROVE) else { return };
    let Action::Prove { proofs } = &step.action else { return };
    let visits = members.iter_mut().filter_map(|member| {
        let proof = proofs.get(&member.name)?;
        let before = context.plan.host(&member.name)?.live.clone()?;
        let was_live = member.live.is_some_and(|(_, end)| end.is_some());
        (was_live && before != context.plan.release).then_some(async move {
            if let Err(what) = of_member(context, proof, &before, member).await {
                let text = format!("{before} is live again, and was not seen to be served: {what}");
                let host = Some(member.name.clone());
                context.emit.emit(EventKind::Warning { text, host, step: Some(step.id) });
            }
        })
    });
    join_all(visits).await;
}

async fn of_member(
    context: &Context<'_>,
    proof: &Proof,
    release: &ReleaseId,
    member: &mut Member,
) -> Result<Option<String>, String> {
    let records = context.plan.host(&member.name).map(|host| host.layout().records());
    let host = member.session.as_mut().zip(records);
    look(Watch::new(proof, release.clone(), &context.identity.run), host).await.verdict
}

/// Looks which release a site serves, until it is the one or will not be. The host, whose records are there, is
/// asked to look where this machine cannot reach the site.
pub async fn look(mut watch: Watch<'_>, host: Option<(&mut Session, String)>) -> Sight {
    let visitor = match Visitor::new(TIMEOUT, true) {
        Ok(visitor) => visitor,
        Err(error) => return Sight { verdict: Err(error.to_string()), tally: BTreeMap::new() },
    };
    let mut way = Way { visitor, host, mark: format!("@visit {}", watch.run()), unreachable: None };
    let since = Instant::now();
    loop {
        let answers = way.ask(&watch.urls()).await;
        let verdict = match watch.judge(&answers, since.elapsed().as_secs_f64()) {
            Verdict::Again(pause) => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                continue;
            }
            Verdict::Served(remark) => Ok(remark.or_else(|| way.remark(watch.site()))),
            Verdict::Wrong(what) => Err(what),
        };
        return Sight { verdict, tally: watch.tally() };
    }
}

impl Way<'_> {
    /// Asks for pages, all at once.
    async fn ask(&mut self, urls: &[String]) -> Vec<Result<Answer, String>> {
        if self.unreachable.is_none() {
            let answers = join_all(urls.iter().map(|url| self.visitor.get(url))).await;
            let unreachable = |answer: &Result<_, Silent>| match answer {
                Err(Silent::Unreachable(why)) => Some(why.clone()),
                Ok(_) | Err(Silent::Untrusted(_)) => None,
            };
            let reasons: Vec<String> = answers.iter().filter_map(unreachable).collect();
            let nobody = reasons.len() == answers.len();
            if nobody && let Some(answers) = self.ask_host(urls).await {
                self.unreachable = reasons.into_iter().next();
                return answers;
            }
            return answers
                .into_iter()
                .map(|seen| seen.map(|seen| seen.answer).map_err(|why| why.to_string()))
                .collect();
        }
        let silence = || "the host does not answer".to_owned();
        self.ask_host(urls).await.unwrap_or_else(|| urls.iter().map(|_| Err(silence())).collect())
    }

    /// Asks from the host, with what it has. `None`: it cannot reach the site, either.
    async fn ask_host(&mut self, urls: &[String]) -> Option<Vec<Result<Answer, String>>> {
        let (session, records) = self.host.as_mut()?;
        let mark = &self.mark;
        let values = context! { urls => urls.to_vec(), records => records.as_str(), mark => mark.as_str(), timeout => TIMEOUT };
        let script = Engine::new().shell("visits.sh", VISITS, &values).ok()?;
        let lines = session.ask(&script.text).await.ok()?;
        let answers = lines.split(|line| line == mark).skip(1).map(<[String]>::to_vec);
        let read = |(lines, url): (Vec<String>, &String)| {
            answer(&lines, url).ok_or_else(|| "the host cannot reach it".to_owned())
        };
        let answers: Vec<_> = answers.zip(urls).map(read).collect();
        answers.iter().any(Result::is_ok).then_some(answers)
    }

    fn remark(&self, site: &str) -> Option<String> {
        let why = self.unreachable.as_ref()?;
        Some(format!("this machine cannot reach {site} ({why}); the host can"))
    }
}
