//! Which steps travel together: those without a barrier between them. Pure.

use crate::host::HostName;
use crate::plan::{Action, Plan, Step};

/// Steps that run without waiting for other hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch<'a> {
    /// One step on the controller.
    Controller(&'a Step),
    /// One step on the builder, or on the way there or back.
    Builder(&'a Step),
    /// The archive is made and travels to the hosts while it is made.
    Transfer {
        /// The step that makes it.
        package: &'a Step,
        /// The step that takes it to the hosts.
        upload: &'a Step,
    },
    /// Pages of the hosts' sites are looked at.
    Fetch(&'a Step),
    /// Sites are looked at for the release that they serve.
    Prove(&'a Step),
    /// Archives of the controller travel to their hosts.
    Send(&'a Step),
    /// Steps on hosts: each host gets its own as one script.
    Remote(Vec<&'a Step>),
}

impl<'a> Batch<'a> {
    /// Returns the steps of one host, in order.
    pub fn of(&self, host: &HostName) -> Vec<&'a Step> {
        match self {
            Self::Controller(_) | Self::Builder(_) | Self::Fetch(_) | Self::Prove(_) => Vec::new(),
            Self::Transfer { upload, .. } => vec![*upload],
            Self::Send(step) => vec![*step],
            Self::Remote(steps) => {
                steps.iter().filter(|step| step.hosts().any(|name| name == host)).copied().collect()
            }
        }
    }
}

/// Cuts the plan at its barriers.
pub fn batches(plan: &Plan) -> Vec<Batch<'_>> {
    let mut batches: Vec<Batch<'_>> = Vec::new();
    let mut package = None;
    for step in &plan.steps {
        match &step.action {
            Action::Checkout | Action::Local { .. } => batches.push(Batch::Controller(step)),
            Action::Build { .. } | Action::Deliver { .. } | Action::Collect { .. } => {
                batches.push(Batch::Builder(step));
            }
            Action::Package { .. } => package = Some(step),
            Action::Upload { .. } => {
                let package = package.take().expect("a plan packs before it uploads");
                batches.push(Batch::Transfer { package, upload: step });
            }
            Action::Fetch { .. } => batches.push(Batch::Fetch(step)),
            Action::Prove { .. } => batches.push(Batch::Prove(step)),
            Action::Send { .. } => batches.push(Batch::Send(step)),
            Action::Remote { .. } => match batches.last_mut() {
                Some(Batch::Remote(steps)) if !step.barrier => steps.push(step),
                _ => batches.push(Batch::Remote(vec![step])),
            },
        }
    }
    batches
}
