//! What a policy file says, laid over what held before: the defaults, then the file, then its words for the environment, then those
//! for the template, then those for that environment under that template. The narrower word wins.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::{
    Allowed, Approvals, BreakGlass, Freeze, Gates, ItemPolicy, Policy, Rule, freeze::FreezeTime,
};
use crate::domain::{
    approval::{Demand, SignedField},
    calendar::Calendar,
    command::CommandName,
};

/// The part of a policy that is said; what is none or empty stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// See [`Policy::zone`].
    pub zone: Option<String>,
    /// See [`Policy::audiences`].
    pub audiences: Option<Vec<String>>,
    /// See [`Policy::notice`].
    pub notice: Option<SignedDuration>,
    /// See [`Policy::ticks`].
    pub ticks: Option<Rule>,
    /// See [`Policy::deployers`].
    pub deployers: Option<Rule>,
    /// See [`Policy::waivers`].
    pub waivers: Option<Rule>,
    /// See [`Policy::commands`]; said commands replace, the others stay.
    pub commands: BTreeMap<CommandName, Rule>,
    /// See [`Policy::items`]; said halves of an item replace, the others stay.
    pub items: BTreeMap<String, ItemPolicy>,
    /// See [`Policy::extra_items_required`].
    pub extra_items_required: Option<bool>,
    /// See [`Policy::approvals`].
    pub approvals: ApprovalOverrides,
    /// See [`Policy::freezes`]; replaces all of them.
    pub freezes: Option<Vec<Freeze>>,
    /// See [`Policy::windows`]; replaces all of them.
    pub windows: Option<Vec<Allowed>>,
    /// Under a template: what differs again for one environment.
    pub environments: BTreeMap<String, Overrides>,
    /// See [`Policy::gates`]; what is said of a gate replaces, the rest stays.
    pub gates: Gates,
    /// See [`Policy::break_glass`]; replaces all of it.
    pub break_glass: Option<BreakGlass>,
}

/// The part of [`super::Approvals`] that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalOverrides {
    /// See [`super::Approvals::required`].
    pub required: Option<usize>,
    /// See [`super::Approvals::from`].
    pub from: Option<Rule>,
    /// See [`super::Approvals::parts`].
    pub parts: Option<Demand>,
    /// See [`super::Approvals::not_opener`].
    pub not_opener: Option<bool>,
    /// See [`super::Approvals::not_author`].
    pub not_author: Option<bool>,
    /// See [`super::Approvals::expire`].
    pub expire: Option<SignedDuration>,
    /// See [`super::Approvals::leave_out`].
    pub leave_out: Option<BTreeSet<SignedField>>,
}

impl Policy {
    /// The policy as it holds for rollouts of this template to this environment.
    #[must_use]
    pub fn for_rollout(&self, template: &str, environment: Option<&str>) -> Self {
        let mut policy = self.clone();
        let environment = environment.map(str::to_lowercase);
        let of = |layers: &BTreeMap<String, Overrides>| {
            let name = environment.as_ref()?;
            layers.get(name).cloned()
        };
        let own = self.templates.get(template).cloned();
        let narrowest = own.as_ref().and_then(|own| of(&own.environments));
        for said in [of(&self.environments), own, narrowest]
            .into_iter()
            .flatten()
        {
            policy.apply(said);
        }
        policy
    }

    /// Lays what is said over what holds.
    pub fn apply(&mut self, said: Overrides) {
        put(&mut self.zone, said.zone);
        put(&mut self.audiences, said.audiences);
        put(&mut self.notice, said.notice);
        put(&mut self.ticks, said.ticks);
        put(&mut self.deployers, said.deployers);
        put(&mut self.waivers, said.waivers);
        put(&mut self.extra_items_required, said.extra_items_required);
        put(&mut self.freezes, said.freezes);
        put(&mut self.windows, said.windows);
        self.approvals.apply(said.approvals);
        self.gates.lay(said.gates);
        self.break_glass = said.break_glass.or(self.break_glass.take());
        self.commands.extend(said.commands);
        for (id, item) in said.items {
            let held = self.items.entry(id).or_default();
            held.who = item.who.or(held.who.take());
            held.required = item.required.or(held.required);
            held.waive = item.waive.or(held.waive.take());
        }
    }
}

impl Policy {
    /// Paths of the calendar files that freezes are read from, in all layers.
    #[must_use]
    pub fn calendars(&self) -> BTreeSet<String> {
        let mut policy = self.clone();
        let mut paths = BTreeSet::new();
        policy.each_calendar(&mut |path, _| {
            paths.insert(path.to_owned());
        });
        paths
    }

    /// Puts calendars that were read where they are asked for. A freeze whose calendar is missing holds always.
    #[must_use]
    pub fn with_calendars(mut self, read: &BTreeMap<String, Calendar>) -> Self {
        self.each_calendar(&mut |path, calendar| *calendar = read.get(path).cloned());
        self
    }

    fn each_calendar(&mut self, see: &mut dyn FnMut(&str, &mut Option<Calendar>)) {
        let layers = self.environments.values_mut();
        let mut layers: Vec<&mut Overrides> = layers.collect();
        for template in self.templates.values_mut() {
            let Overrides {
                freezes,
                environments,
                ..
            } = template;
            freezes
                .iter_mut()
                .flatten()
                .for_each(|freeze| freeze.calendar(see));
            layers.extend(environments.values_mut());
        }
        let below = layers
            .into_iter()
            .flat_map(|layer| layer.freezes.iter_mut().flatten());
        self.freezes
            .iter_mut()
            .chain(below)
            .for_each(|freeze| freeze.calendar(see));
    }
}

impl Freeze {
    fn calendar(&mut self, see: &mut dyn FnMut(&str, &mut Option<Calendar>)) {
        if let FreezeTime::Calendar { path, calendar } = &mut self.when {
            see(path, calendar);
        }
    }
}

impl Approvals {
    /// A quorum said in one way replaces one said in the other. `required` or `from` alone changes nothing of one made of parts: the
    /// reader refuses a file in which that could happen.
    fn apply(&mut self, said: ApprovalOverrides) {
        if let Some(parts) = said.parts {
            self.required = parts.fewest();
            self.from = parts.anybody();
            self.parts = Some(parts);
        } else if self.parts.is_none() || (said.required.is_some() && said.from.is_some()) {
            if said.required.is_some() {
                self.parts = None;
            }
            put(&mut self.required, said.required);
            put(&mut self.from, said.from);
        }
        put(&mut self.not_opener, said.not_opener);
        put(&mut self.not_author, said.not_author);
        put(&mut self.expire, said.expire);
        put(&mut self.leave_out, said.leave_out);
    }
}

impl Overrides {
    /// Every rule that is said here, and in what lies below.
    pub(super) fn rules(&self) -> Vec<&Rule> {
        let named = [&self.ticks, &self.deployers, &self.waivers];
        let named = named.into_iter().flatten();
        let items = self.items.values();
        let items = items.flat_map(|item| [&item.who, &item.waive]).flatten();
        let parts = self.approvals.parts.iter().flat_map(Demand::rules);
        let glass = self.break_glass.iter();
        let glass = glass.flat_map(|glass| [&glass.who, &glass.confirm]);
        let below = self.environments.values().flat_map(Self::rules);
        named
            .chain(&self.approvals.from)
            .chain(self.commands.values())
            .chain(items)
            .chain(parts)
            .chain(glass)
            .chain(below)
            .collect()
    }
}

fn put<T>(held: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *held = said;
    }
}
