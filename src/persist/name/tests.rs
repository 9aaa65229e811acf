//! Names as they are found in public directories, and what each says.

use proptest::prelude::*;

use super::*;

/// What users bring.
const BROUGHT: &str = "
    upload uploads Uploads UPLOADS uploaded uploaded_files user-uploads userUploads UserUploads user_uploads
    useruploads USER_UPLOADS file_uploads fileUploads fileuploads uploads2 uploads_2024 2024-uploads
    avatar avatars user-avatars userAvatars default_avatar
    media Media media-files mediafiles blog_media media-library
    document documents Documents my-documents customerDocuments order_documents documents.old
    file files userfiles user_files UserFiles clientFiles client-files log-files myfiles
    attachment attachments mail-attachments ticket_attachments messageAttachments chatattachments
    profile-photo profile-photos profile_photos profilePhotos ProfilePhotos profilephotos profile_pictures
    user-photos member_photos staffPhotos student-pics customer-gallery user_galleries
    custom-logos custom_banners customPages custom-domains
    storage user-storage .well-known
";

/// What the application makes at run time.
const MADE: &str = "
    qr QR qrs qr-codes qr_code qrCode qrcode qrcodes QRCodes QrCodes order-qrcodes
    invoice invoices Invoices customer_invoices invoicePdf pdfInvoices pdf-invoices
    export exports Exports data-exports dataexports exported exported-data
    report reports daily_reports salesReports pdfreports
    backup backups db-backups databaseBackups
    generated generated-pdfs generatedFiles
    temp Temp temps temporary temporary-files tempfiles temp_files
    tmp TMP tmp-uploads tmpfiles
    thumb thumbs thumbnail thumbnails product-thumbs productthumbs video_thumbnails .thumbs
";

/// What the application ships, data words or not.
const SHIPPED: &str = "
    build builds public-build css CSS js JS img imgs image images Images IMAGES product-images productImages
    icon icons Icons flag flags country_flags font fonts webfonts web-fonts theme themes vendor vendors
    asset assets Assets app-assets dist static statics template2d api-docs2 lang langs language languages locales translations
    plugin plugins script scripts style styles stylesheets scss svg sprites skins layouts templates template
    _next _nuxt .next .vite .git mix-manifest.json hot node_modules bower_components tests app
    media-icons mediaIcons MediaIcons mediaicons media_icons upload-icons file-icons fileicons fileIcons
    file-types filetypes document-templates documentTemplates report_templates email-templates
    invoice-template custom-css customFonts custom_js custom-theme avatar-icons avatar_images profile-images
    profile_image user_images uploaded_images qr-scripts qrcode-js qrgenerator qr-code-generator
    file-manager fileManager filemanager file_managers media-player mediaplayer mediaPlayer report-builder
    document-viewer file-uploader fileuploader file-browser thumbnail-generator pdf-viewer export-plugin
    temp-assets tmp_css static-files build-reports storage-icons
";

/// What could be either. In doubt it is code.
const DOUBTFUL: &str = "
    profile profiles Profile profiler templating contemporary temperature tempest attempt attempts tempo
    filet filets profiling mediation mediator intermediate multimedia reporter reporting exporter
    exporting import imports uploading reupload preupload documentation docs doc swaggerdocs
    photo photos pictures pics gallery galleries photo-gallery custom customer customers customize customizer
    customer-area invoiced invoicing backupper generate generation generative thumbtack thumby qrious
    user users admin frontend backend landing demo blog shop shop2 product products order pages sitemap
    brochures catalog downloads download video videos audio sounds music certificates banners sliders logo
    logos pdf pdfs json data cache caches install installer web mobile errors error 404 2024 2024-05 a x1 -
    stored restorage
";

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split_whitespace()
}

fn kind(name: &str) -> &'static str {
    match judge(name) {
        Verdict::Data(_) => "data",
        Verdict::Asset(_) => "asset",
        Verdict::Code => "code",
    }
}

#[test]
fn every_name_says_what_a_person_would_take_it_for() {
    let lists = [(BROUGHT, "data"), (MADE, "data"), (SHIPPED, "asset"), (DOUBTFUL, "code")];
    let wrong: Vec<String> = lists
        .into_iter()
        .flat_map(|(list, expected)| names(list).map(move |name| (name, expected)))
        .filter(|(name, expected)| kind(name) != *expected)
        .map(|(name, expected)| format!("{name} is {expected}, found {:?}", judge(name)))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert!(lists.iter().map(|(list, _)| names(list).count()).sum::<usize>() > 300, "the names are gone");
}

#[test]
fn the_words_that_decided_are_told() {
    let data = |words: &str| Verdict::Data(words.to_owned());
    assert_eq!(judge("userUploads"), data("uploads"));
    assert_eq!(judge("ProfilePhotos"), data("profile photos"));
    assert_eq!(judge("custom-logos"), data("custom"));
    assert_eq!(judge(".well-known"), data(".well-known"));
    assert_eq!(judge("media-icons"), Verdict::Asset("icons".to_owned()));
    assert_eq!(judge("_next"), Verdict::Asset("_next".to_owned()));
}

#[test]
fn a_name_of_any_length_is_judged_at_once() {
    assert_eq!(kind(&format!("{}x", "qrcode".repeat(40))), "code");
    assert_eq!(kind(&"a".repeat(4000)), "code");
}

/// Every way to write some words as one name.
fn spellings(words: &[&str]) -> Vec<String> {
    let capital = |word: &&str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
    let pascal: String = words.iter().map(capital).collect();
    let camel = format!("{}{}", pascal[..1].to_lowercase(), &pascal[1..]);
    let joined = ["-", "_", " ", ".", "--"].map(|separator| words.join(separator));
    let upper = words.join("_").to_uppercase();
    joined.into_iter().chain([pascal, camel, upper]).collect()
}

const WORDS: [&str; 16] = [
    "user", "upload", "uploads", "file", "media", "report", "icon", "icons", "blog", "shop", "template",
    "profile", "photos", "custom", "temp", "lorem",
];

proptest! {
    #[test]
    fn every_spelling_of_the_same_words_says_the_same(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..4)
    ) {
        let spellings = spellings(&words);
        for spelling in &spellings {
            prop_assert_eq!(kind(spelling), kind(&spellings[0]), "{} and {}", spelling, spellings[0]);
        }
    }

    #[test]
    fn one_word_for_an_asset_outweighs_all_for_data(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..3),
        asset in prop::sample::select(vec!["css", "icons", "image", "fonts", "vendor", "assets", "themes"]),
        place in 0..3usize,
    ) {
        let mut words = words;
        words.insert(place.min(words.len()), asset);
        for spelling in spellings(&words) {
            prop_assert_eq!(kind(&spelling), "asset", "{}", spelling);
        }
    }

    #[test]
    fn any_text_is_judged(name in "\\PC{0,60}") {
        judge(&name);
    }
}
