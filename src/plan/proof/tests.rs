//! What answers of a site make of a proof.

use super::*;

const OLD: &str = "20260101000000";
const NEW: &str = "20260102000000";
const RUN: &str = "0123456789abcdef";

fn proof() -> Proof {
    let new: ReleaseId = NEW.parse().unwrap();
    Proof {
        site: "https://shop.example".to_owned(),
        page: Proof::name(&new),
        php: true,
        resets: true,
        otherwise: false,
        required: true,
        advice: "do something".to_owned(),
    }
}

fn page(release: &str, worker: u32) -> Result<Answer, String> {
    let text = format!("deployer deployer-{NEW}-{RUN}\nrelease {release}\nworker web1 {worker}\nreset yes\n");
    Ok(Answer { status: 200, text, ..Answer::default() })
}

fn says(status: u16, text: &str) -> Result<Answer, String> {
    Ok(Answer { status, text: text.to_owned(), ..Answer::default() })
}

/// A round in which these workers serve these releases.
fn round(workers: &[(&str, u32)]) -> Vec<Result<Answer, String>> {
    workers.iter().map(|(release, worker)| page(release, *worker)).collect()
}

fn watch(proof: &Proof) -> Watch<'_> {
    Watch::new(proof, NEW.parse().unwrap(), RUN)
}

#[test]
fn it_is_proved_when_every_worker_that_was_met_serves_the_release_and_no_other_is_met() {
    let proof = proof();
    let mut watch = watch(&proof);
    assert_eq!(watch.urls().len(), 6);
    assert_eq!(
        watch.urls()[1],
        format!("https://shop.example/deployer-{NEW}-{RUN}.php?once={RUN}-0.1&reset=1")
    );
    let again = |verdict| assert_eq!(verdict, Verdict::Again(0));
    // They have just been told to forget.
    assert_eq!(watch.judge(&round(&[(OLD, 1), (OLD, 2), (NEW, 1)]), 0.1), Verdict::Again(250));
    assert!(watch.urls()[0].ends_with("&reset=1"));
    again(watch.judge(&round(&[(NEW, 1), (NEW, 1), (NEW, 3)]), 0.2));
    // The second worker has not been met since.
    again(watch.judge(&round(&[(NEW, 1), (NEW, 3), (NEW, 4)]), 0.3));
    assert!(watch.urls()[0].ends_with("&reset=1"));
    assert_eq!(watch.judge(&round(&[(NEW, 1), (NEW, 2), (NEW, 4)]), 0.4), Verdict::Served(None));
    assert_eq!(watch.tally(), [(NEW.parse().unwrap(), 4)].into());
}

#[test]
fn a_wrong_answer_counts_whatever_else_its_worker_says_in_the_round() {
    let proof = proof();
    let mut watch = watch(&proof);
    for _ in 0..5 {
        let verdict = watch.judge(&round(&[(OLD, 1), (NEW, 1), (NEW, 1)]), 1.0);
        assert_eq!(verdict, Verdict::Again(250));
    }
    let Verdict::Wrong(what) = watch.judge(&round(&[(OLD, 1), (NEW, 1), (NEW, 2)]), 21.0) else {
        panic!("it is wrong")
    };
    assert_eq!(what, format!("https://shop.example: 1 of 2 PHP workers still serve {OLD}; {CURE}"));
}

#[test]
fn processes_that_are_met_once_are_believed_after_a_while() {
    let proof = proof();
    let mut watch = watch(&proof);
    let verdicts: Vec<_> = (0..6)
        .map(|round| {
            let workers: Vec<_> = (0..6).map(|visitor| (NEW, round * 6 + visitor)).collect();
            watch.judge(&self::round(&workers), 0.1)
        })
        .collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Again(0)).count(), 5);
    assert_eq!(verdicts[5], Verdict::Served(None));
    assert_eq!(watch.visitors, 24);
}

#[test]
fn a_site_that_runs_no_pages_of_its_own_is_asked_for_a_file() {
    let new = says(200, &format!("{NEW}\n"));
    for (first, rounds) in [(says(200, "<?php\n// Written"), 1), (says(404, "Not found"), 3)] {
        for otherwise in [false, true] {
            let proof = Proof { otherwise, ..proof() };
            let mut watch = watch(&proof);
            for _ in 0..rounds {
                assert!(watch.urls()[0].contains(".php?"));
                assert!(matches!(watch.judge(&vec![first.clone(); 6], 0.1), Verdict::Again(_)));
            }
            assert_eq!(
                watch.urls(),
                [format!("https://shop.example/deployer-{NEW}-{RUN}.txt?once={RUN}-{rounds}")]
            );
            assert_eq!(watch.judge(&[says(200, OLD)], 0.2), Verdict::Again(800));
            assert_eq!(watch.judge(std::slice::from_ref(&new), 0.3), Verdict::Again(0));
            assert_eq!(watch.judge(std::slice::from_ref(&new), 0.3), Verdict::Again(0));
            let Verdict::Served(remark) = watch.judge(std::slice::from_ref(&new), 0.3) else {
                panic!("it is served")
            };
            assert_eq!(remark.is_none(), otherwise, "{remark:?}");
        }
    }
}

#[test]
fn what_came_instead_is_said_with_what_to_do() {
    let led = Answer {
        status: 302,
        headers: [("location".to_owned(), "https://login.example/".to_owned())].into(),
        ..Answer::default()
    };
    let guarded = Answer {
        status: 403,
        headers: [("server".to_owned(), "cloudflare".to_owned())].into(),
        ..Answer::default()
    };
    let let_through = "the page /deployer-… must be let through; or write `opcache: { proof: false }`, and nobody looks which release is served";
    for (answer, expected) in [
        (says(404, ""), "answers 404; do something".to_owned()),
        (says(200, "Welcome"), "serves something else; do something".to_owned()),
        (says(200, OLD), format!("serves {OLD}; do something")),
        (says(401, ""), format!("asks for a password (401); {let_through}")),
        (Ok(led), format!("leads to https://login.example/; {let_through}")),
        (Ok(guarded), format!("is guarded by Cloudflare, which answers 403; {let_through}")),
        (
            Err("connection refused".to_owned()),
            "cannot be reached: connection refused; do something".to_owned(),
        ),
    ] {
        let proof = Proof { php: false, ..proof() };
        let mut watch = watch(&proof);
        let last = (0..TRIES).map(|_| watch.judge(std::slice::from_ref(&answer), 1.0)).last();
        let site = if expected.starts_with(':') { "https://shop.example" } else { "https://shop.example " };
        assert_eq!(last, Some(Verdict::Wrong(format!("{site}{expected}"))));
    }
}

#[test]
fn a_site_that_lets_only_so_many_in_at_once_is_asked_by_fewer() {
    let proof = proof();
    let mut watch = watch(&proof);
    let mut answers = round(&[(NEW, 1), (NEW, 2)]);
    answers.resize(6, says(429, ""));
    assert_eq!(watch.judge(&answers, 0.1), Verdict::Again(250));
    assert_eq!(watch.urls().len(), 3);
    assert_eq!(watch.judge(&round(&[(NEW, 1), (NEW, 2), (NEW, 1)]), 0.1), Verdict::Served(None));
}

#[test]
fn what_a_reset_does_not_reach_is_told() {
    let proof = proof();
    let mut watch = watch(&proof);
    let text = |release| {
        says(
            200,
            &format!(
                "deployer deployer-{NEW}-{RUN}\nrelease {release}\nworker web1 7\nreset refused\npreload yes\n"
            ),
        )
    };
    let Verdict::Wrong(what) = watch.judge(&[text(OLD)], 30.0) else { panic!("it is wrong") };
    assert!(what.contains("OPcache lets no page reset it (`opcache.restrict_api`); in nginx"), "{what}");
    let mut watch = self::watch(&proof);
    watch.judge(&vec![text(NEW); 3], 0.1);
    let Verdict::Served(Some(remark)) = watch.judge(&vec![text(NEW); 3], 0.1) else { panic!("it is told") };
    assert!(remark.contains("opcache.preload"), "{remark}");
}
