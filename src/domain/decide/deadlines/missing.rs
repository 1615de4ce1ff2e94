//! Who is missing at a gate, by name: people whom the rollout or the policy names, and never a team by guess.

use crate::domain::{
    approval::Part,
    decide::{four_eyes, gates, glass, turn::Turn},
    phase::Phase,
    policy::{GateName, Rule},
    refusal::Refusal,
    rollout::{Item, Stage},
    template::Gate,
};

/// Who is missing, and what.
pub(super) struct Missing {
    /// Logins.
    pub(super) people: Vec<String>,
    /// What is open, in a few words each.
    pub(super) open: Vec<String>,
}

/// Who is missing at this gate. Who has acted is not among them; where nobody is named, whoever opened the rollout is asked to see to it.
pub(super) fn missing(turn: &Turn<'_>, gate: GateName) -> Missing {
    let mut missing = match gate {
        GateName::Planning => of_items(turn, &[Phase::Planning], None),
        GateName::Testing => of_items(turn, &[Phase::Testing], None),
        GateName::Preparation => preparation(turn),
        GateName::Announcement => of_items(turn, &[Phase::PreDeployment], Some(Gate::Announcement)),
        GateName::Review => review(turn),
        GateName::Start => start(turn),
        GateName::Deployment => of_deployment(turn, &Phase::ALL[..4]),
        GateName::Verification => of_deployment(turn, &Phase::ALL),
        GateName::Hold => hold(turn),
        GateName::BreakGlass => second_person(turn),
    };
    missing.people.retain(|login| is_login(login));
    if missing.people.is_empty()
        && let Some(opener) = &turn.rollout.opener
        && !opener.bot
    {
        missing.people.push(opener.login.clone());
    }
    let mut seen = std::collections::BTreeSet::new();
    missing
        .people
        .retain(|login| seen.insert(login.to_lowercase()));
    missing
}

fn of_items(turn: &Turn<'_>, phases: &[Phase], gate: Option<Gate>) -> Missing {
    let wanted = |item: &&Item| {
        phases.contains(&item.phase)
            && item.required
            && !item.is_settled()
            && gate.is_none_or(|gate| item.gate == Some(gate))
    };
    let items: Vec<&Item> = turn.rollout.items.iter().filter(wanted).collect();
    let people = items.iter().flat_map(|item| match &item.owner {
        Some(owner) => vec![owner.clone()],
        None => policy_names(turn, item),
    });
    Missing {
        people: people.collect(),
        open: items
            .iter()
            .map(|item| format!("{} {}", item.number, item.title))
            .collect(),
    }
}

/// Whom the policy or the template names for an item, by login.
fn policy_names(turn: &Turn<'_>, item: &Item) -> Vec<String> {
    let of_policy = turn
        .policy
        .items
        .get(&item.id)
        .is_some_and(|item| item.who.is_some());
    if of_policy || item.who.is_some() {
        logins(&turn.policy.rule_for_item(&item.id, item.who.as_ref()))
    } else {
        Vec::new()
    }
}

fn preparation(turn: &Turn<'_>) -> Missing {
    let mut missing = of_items(turn, &[Phase::PreDeployment], None);
    match gates::window(turn) {
        Err(Refusal::WindowMissing) => missing.open.push("a window: /schedule".to_owned()),
        Err(_) => {
            let open = "another window, for the last one passed: /schedule";
            missing.open.push(open.to_owned());
        }
        Ok(_) => {}
    }
    missing
}

fn review(turn: &Turn<'_>) -> Missing {
    let quorum = gates::quorum_to_show(turn);
    let acted = |login: &String| {
        let mut words = quorum.valid.iter().chain(&quorum.rejected_by);
        words.any(|vote| vote.person.login.eq_ignore_ascii_case(login))
    };
    let opener = turn.rollout.asked_by().map(|person| &person.login);
    let opens = |login: &String| {
        turn.policy.approvals.not_opener
            && opener.is_some_and(|opener| opener.eq_ignore_ascii_case(login))
    };
    let parts: Vec<&Part> = quorum
        .parts
        .iter()
        .filter(|part| part.missing() > 0)
        .collect();
    let mut people: Vec<String> = parts.iter().flat_map(|part| logins(&part.from)).collect();
    // Those whose approval was voided are known to be able to sign, and are asked again.
    people.extend(
        turn.rollout
            .gates
            .voided
            .iter()
            .filter(|voided| four_eyes::is_free(turn, &voided.voter))
            .map(|voided| voided.voter.login.clone()),
    );
    people.retain(|login| !acted(login) && !opens(login));
    let asks = |part: &&Part| {
        let (needed, from) = (part.missing(), part.from.describe());
        format!("{needed} more /approve-deploy, from {from}")
    };
    let mut open: Vec<String> = parts.iter().map(asks).collect();
    if !quorum.rejected_by.is_empty() {
        open = vec!["a rejection stands".to_owned()];
        people = quorum
            .rejected_by
            .iter()
            .map(|vote| vote.person.login.clone())
            .collect();
    }
    Missing { people, open }
}

fn start(turn: &Turn<'_>) -> Missing {
    let blocked = Phase::ALL[..3]
        .iter()
        .any(|phase| !turn.rollout.is_complete(*phase));
    if blocked {
        return of_items(turn, &Phase::ALL[..3], None);
    }
    let open = gates::window(turn).map(|_| "/start-deploy".to_owned());
    Missing {
        people: logins(&turn.policy.deployers),
        open: open.into_iter().collect(),
    }
}

/// Those who own what is open; else whoever started the deployment.
fn of_deployment(turn: &Turn<'_>, phases: &[Phase]) -> Missing {
    let mut missing = of_items(turn, phases, None);
    if let (true, Stage::Deploying { by, .. }) = (missing.people.is_empty(), &turn.rollout.stage) {
        missing.people.push(by.clone());
    }
    missing
}

fn hold(turn: &Turn<'_>) -> Missing {
    let holds = turn.rollout.holds.values();
    Missing {
        people: holds.clone().filter_map(|hold| hold.by.clone()).collect(),
        open: holds.map(|hold| hold.reason.clone()).collect(),
    }
}

fn second_person(turn: &Turn<'_>) -> Missing {
    let rule = glass::confirmers(turn);
    let by = turn
        .rollout
        .gates
        .glass()
        .map(|glass| glass.by.login.clone());
    let mut people = logins(rule);
    people.retain(|login| by.as_ref().is_none_or(|by| !by.eq_ignore_ascii_case(login)));
    Missing {
        people,
        open: vec![format!("/confirm-expedite, from {}", rule.describe())],
    }
}

/// The logins that a rule names; what it takes away again is left to the moment when they act.
fn logins(rule: &Rule) -> Vec<String> {
    match rule {
        Rule::Users(names) => names.clone(),
        Rule::All(rules) | Rule::Any(rules) | Rule::AtLeast { of: rules, .. } => {
            rules.iter().flat_map(logins).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a text can be somebody's login. Bots are not asked.
fn is_login(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=39).contains(&text.len()) && text.chars().all(good)
}
