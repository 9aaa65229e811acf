//! `deployer exec`: a command on every host, in the live release.

use std::io::Write;

use futures::future::join_all;

use super::args::{Common, Exec};
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::execute::marks::Mark;
use crate::execute::session::{Lost, Session};
use crate::template::quote;

/// Runs the command on all hosts at once; each line of output is shown with its host's name.
///
/// # Errors
/// When a host does not answer, or has no live release.
pub async fn exec(args: &Exec, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let preparation = of_stage(&args.stage, Look::Hosts, common, surroundings).await?;
    let line = line(&args.command)?;
    let width = preparation.reached.iter().map(|host| host.name.as_str().len()).max().unwrap_or_default();
    let alone = preparation.reached.len() == 1;
    let runs = preparation.reached.into_iter().map(async |mut host| {
        let dir = quote::word(&host.facts.layout().current()).map_err(Fault::usage)?;
        let prefix = if alone { String::new() } else { format!("{:width$} | ", host.name) };
        let code = follow(&mut host.session, &format!("cd {dir} || exit\n{line}"), &prefix).await;
        host.session.close().await;
        match code {
            Ok(code) => code,
            Err(lost) => Err(Fault::usage(format!("{}: {lost}", host.name))),
        }
    });
    let mut worst = 0;
    for code in join_all(runs).await {
        worst = worst.max(code?);
    }
    Ok(u8::try_from(worst).unwrap_or(1))
}

/// Returns the line of shell: one argument is taken as it is, several are quoted words.
fn line(command: &[String]) -> Result<String, Fault> {
    match command {
        [line] => Ok(line.clone()),
        words => {
            let words: Result<Vec<_>, _> = words.iter().map(|word| quote::word(word)).collect();
            Ok(words.map_err(Fault::usage)?.join(" "))
        }
    }
}

/// Shows what the script prints, line by line, and returns its exit code.
async fn follow(session: &mut Session, script: &str, prefix: &str) -> Result<Result<i32, Fault>, Lost> {
    session.run(script).await?;
    loop {
        match session.next().await? {
            Mark::Line(line) => {
                if let Err(error) = writeln!(std::io::stdout(), "{prefix}{line}") {
                    return Ok(Err(error.into()));
                }
            }
            Mark::Done(code) => return Ok(Ok(code)),
            Mark::Ready | Mark::Started(_) | Mark::Retried(..) | Mark::Ended(..) => {}
        }
    }
}
