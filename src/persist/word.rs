//! Names into words: `user-uploads`, `user_uploads`, `userUploads` and `UserUploads` are the same two.

/// Splits a name into lowercase words. Digits are words of their own.
pub fn split(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|chunk| !chunk.is_empty()).flat_map(pieces).collect()
}

/// Splits a name without separators where its letters change: `QRCodes2` is `qr`, `codes`, `2`.
fn pieces(chunk: &str) -> Vec<String> {
    let letters: Vec<char> = chunk.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        if before.is_none_or(|before| is_border(*before, *letter, letters.get(index + 1))) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// Tells whether a word ends between two letters; `after` is the letter after them.
fn is_border(before: char, letter: char, after: Option<&char>) -> bool {
    if before.is_numeric() != letter.is_numeric() {
        return true;
    }
    let ends_acronym = before.is_uppercase() && after.is_some_and(|after| after.is_lowercase());
    letter.is_uppercase() && (before.is_lowercase() || ends_acronym)
}

/// Returns what a word may be the plural of, itself first: `galleries` of `gallery`.
pub fn singulars(word: &str) -> impl Iterator<Item = String> {
    let with = |end: &str, new: &str| word.strip_suffix(end).map(|stem| format!("{stem}{new}"));
    [Some(word.to_owned()), with("s", ""), with("es", ""), with("ies", "y")].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_words() {
        for name in
            ["qr-code-files", "qr_code_files", "qrCodeFiles", "QRCodeFiles", "QrCodeFiles", "QR code.files"]
        {
            assert_eq!(split(name), ["qr", "code", "files"], "{name}");
        }
        assert_eq!(split("uploads2024"), ["uploads", "2024"]);
        assert_eq!(split("-_."), Vec::<String>::new());
        assert_eq!(split("Übersicht"), ["übersicht"]);
    }

    #[test]
    fn a_plural_leads_back_to_its_singular() {
        let expected = ["galleries", "gallerie", "galleri", "gallery"];
        assert_eq!(singulars("galleries").collect::<Vec<_>>(), expected);
    }
}
