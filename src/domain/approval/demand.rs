//! What a quorum is made of: so many people of one kind, and so many of another.

use std::collections::BTreeMap;

use crate::domain::policy::Rule;

/// A quorum, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// So many distinct people whom the rule allows.
    People {
        /// How many.
        n: usize,
        /// Of whom.
        from: Rule,
    },
    /// Every one of these, by distinct people: nobody stands for two parts.
    All(Vec<Demand>),
    /// At least one of these.
    Any(Vec<Demand>),
}

/// One way to satisfy a demand: so many people for each of these rules, all of them distinct.
type Way<'d> = Vec<(usize, &'d Rule)>;

/// What people have given to one part of a quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How many are asked for.
    pub n: usize,
    /// Of whom.
    pub from: Rule,
    /// Which of the people, by their place among those who were counted.
    pub by: Vec<usize>,
}

impl Part {
    /// How many are still missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.n.saturating_sub(self.by.len())
    }
}

impl Demand {
    /// How many people it takes at least.
    #[must_use]
    pub fn fewest(&self) -> usize {
        self.ways().iter().map(people).min().unwrap_or(0)
    }

    /// How many people it takes when every alternative is the longest.
    #[must_use]
    pub fn most(&self) -> usize {
        match self {
            Self::People { n, .. } => *n,
            Self::All(parts) => parts.iter().map(Self::most).sum(),
            Self::Any(parts) => parts.iter().map(Self::most).max().unwrap_or(0),
        }
    }

    /// Everybody whom some part asks for.
    #[must_use]
    pub fn anybody(&self) -> Rule {
        let mut rules: Vec<Rule> = Vec::new();
        for rule in self.rules() {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
        if rules.len() == 1 {
            rules.remove(0)
        } else {
            Rule::Any(rules)
        }
    }

    /// The rules of all parts.
    #[must_use]
    pub fn rules(&self) -> Vec<&Rule> {
        match self {
            Self::People { from, .. } => vec![from],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::rules).collect(),
        }
    }

    /// The parts of the way that lacks the fewest people, filled as far as can be; of several such ways the first.
    ///
    /// `fits` says whether a person (by number, below `people`) may stand for a rule.
    #[must_use]
    pub fn fill(&self, people: usize, fits: &dyn Fn(usize, &Rule) -> bool) -> Vec<Part> {
        let filled = self
            .ways()
            .into_iter()
            .map(|way| assign(&way, people, fits));
        filled
            .min_by_key(|parts| parts.iter().map(Part::missing).sum::<usize>())
            .unwrap_or_default()
    }

    /// Every way to satisfy it. The reader of policies bounds how many there can be.
    fn ways(&self) -> Vec<Way<'_>> {
        match self {
            Self::People { n, from } => vec![vec![(*n, from)]],
            Self::Any(parts) => parts.iter().flat_map(Self::ways).collect(),
            Self::All(parts) => parts.iter().fold(vec![Vec::new()], |ways, part| {
                let more = part.ways();
                let mut longer = Vec::new();
                for way in &ways {
                    longer.extend(more.iter().map(|more| [&way[..], more].concat()));
                }
                longer
            }),
        }
    }
}

fn people(way: &Way<'_>) -> usize {
    way.iter().map(|(n, _)| n).sum()
}

/// Gives as many places as can be to distinct people who fit them: a matching in a graph of places and people, grown along augmenting
/// paths.
fn assign(way: &Way<'_>, people: usize, fits: &dyn Fn(usize, &Rule) -> bool) -> Vec<Part> {
    let places: Vec<usize> = way
        .iter()
        .enumerate()
        .flat_map(|(part, (n, _))| std::iter::repeat_n(part, *n))
        .collect();
    let may: Vec<Vec<bool>> = way
        .iter()
        .map(|(_, rule)| (0..people).map(|person| fits(person, rule)).collect())
        .collect();
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    for place in 0..places.len() {
        seat(place, &places, &may, &mut taken, &mut vec![false; people]);
    }
    way.iter()
        .enumerate()
        .map(|(part, (n, from))| Part {
            n: *n,
            from: (*from).clone(),
            by: taken
                .iter()
                .filter(|(_, place)| places[**place] == part)
                .map(|(person, _)| *person)
                .collect(),
        })
        .collect()
}

/// Finds somebody for a place; whoever sits on another place may be moved when that one can be filled otherwise.
fn seat(
    place: usize,
    places: &[usize],
    may: &[Vec<bool>],
    taken: &mut BTreeMap<usize, usize>,
    asked: &mut [bool],
) -> bool {
    for person in 0..asked.len() {
        if asked[person] || !may[places[place]][person] {
            continue;
        }
        asked[person] = true;
        let other = taken.get(&person).copied();
        if other.is_none_or(|other| seat(other, places, may, taken, asked)) {
            taken.insert(person, place);
            return true;
        }
    }
    false
}
