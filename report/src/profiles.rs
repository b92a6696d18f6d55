//! The profiles that videos are judged by, and their names.

use flashinator::{Profile, Rectangle, Shape, Viewing};

/// A published profile.
pub struct ProfileName {
    /// Its name on the command line, which is that of [`flashinator::Profile::NAMED`].
    pub name: &'static str,
    /// Its name in a sentence.
    pub title: &'static str,
    /// The standard in full.
    pub help: &'static str,
}

/// The published profiles.
pub const PROFILES: [ProfileName; 6] = [
    ProfileName { name: "wcag22", title: "WCAG 2.2", help: "WCAG 2.2, success criterion 2.3.1" },
    ProfileName {
        name: "wcag21",
        title: "WCAG 2.1",
        help: "WCAG 2.1, which has another rule for red",
    },
    ProfileName {
        name: "wcag22-aaa",
        title: "WCAG 2.2 AAA",
        help: "WCAG 2.2, success criterion 2.3.2: flashes of any size and brightness",
    },
    ProfileName { name: "bt1702", title: "ITU-R BT.1702", help: "ITU-R BT.1702-3, for television" },
    ProfileName {
        name: "ofcom",
        title: "Ofcom's guidance note",
        help: "Ofcom's guidance note on flashing images, for television in the UK",
    },
    ProfileName {
        name: "trace24",
        title: "TRACE 2024",
        help: "The working values of the TRACE centre, 2024",
    },
];

/// A profile with its names.
pub struct NamedProfile {
    /// The name on the command line.
    pub name: &'static str,
    /// The name in a sentence.
    pub title: String,
    /// Its numbers.
    pub profile: Profile,
}

/// The profiles of a scan, in the order in which they were asked for.
pub struct Profiles {
    /// The profiles.
    pub list: Vec<NamedProfile>,
    /// The file with thresholds, if there is one.
    pub thresholds_file: Option<String>,
}

impl Profiles {
    /// The published profiles of these names, each once. With `patterns` all of them look for regular patterns.
    #[must_use]
    pub fn named(names: &[impl AsRef<str>], patterns: bool) -> Self {
        let mut list: Vec<NamedProfile> = Vec::new();
        for name in names {
            let known = PROFILES.iter().find(|known| known.name == name.as_ref());
            debug_assert!(known.is_some(), "only known names are accepted");
            if let Some(known) = known
                && let Some(profile) = Profile::from_name(known.name)
                && list.iter().all(|listed| listed.name != known.name)
            {
                let patterns = profile.patterns || patterns;
                let profile = Profile { patterns, ..profile };
                list.push(NamedProfile {
                    name: known.name,
                    title: known.title.to_owned(),
                    profile,
                });
            }
        }
        Self { list, thresholds_file: None }
    }

    /// The profiles for the analyser. The viewing that was asked for is that of the whole picture. If only a part
    /// is analysed, the profiles' default viewing becomes that of the part.
    pub(crate) fn for_part(&self, full: Shape, part: Shape, pixel_aspect: f32) -> Vec<Profile> {
        let with_fit = |named: &NamedProfile| {
            let mut profile = named.profile;
            if full != part {
                let [width, height] = profile.fit;
                let across = full.width() as f32 * pixel_aspect;
                let scale = (width / across).min(height / full.height() as f32);
                let part_across = part.width() as f32 * pixel_aspect;
                profile.fit =
                    [(part_across * scale).max(1.0), (part.height() as f32 * scale).max(1.0)];
            }
            profile
        };
        self.list.iter().map(with_fit).collect()
    }
}

/// The viewing of a part of a picture whose whole is viewed in a given way.
pub(crate) fn viewing_of_part(viewing: Viewing, full: Shape, part: Shape) -> Viewing {
    let share = part.width() as f32 / full.width() as f32;
    match viewing {
        Viewing::Default => Viewing::Default,
        Viewing::CssWidth(pixels) => Viewing::CssWidth(pixels * share),
        Viewing::Degrees(degrees) => Viewing::Degrees(degrees * share),
    }
}

/// A rectangle of a part of a picture, as one of the whole picture.
pub(crate) fn in_picture(rectangle: Rectangle, part: Option<Rectangle>) -> Rectangle {
    match part {
        Some(part) if rectangle.width > 0 => {
            Rectangle { x: rectangle.x + part.x, y: rectangle.y + part.y, ..rectangle }
        }
        _ => rectangle,
    }
}

/// The unit of a profile's thresholds of luminance.
pub(crate) fn unit(profile: &Profile) -> &'static str {
    if profile.white == 1.0 { "of white" } else { "cd/m²" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_profiles_of_the_library_can_be_chosen() {
        let names = PROFILES.map(|profile| profile.name);
        assert_eq!(names, Profile::NAMED.map(|(name, _)| name));
    }
}
