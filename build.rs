//! Gathers what browsers are served: our css and js from `static/`, bundled by esbuild, the font, PDF.js, client-zip, and htmx; all
//! of them from npm, checked by their hashes.

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256, Sha384};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
};

/// Names a file with the same htmx, for builds without a network.
const OFFLINE: &str = "CLOAKROOM_HTMX";

/// What is asked for by its own name: the styles, and scripts of a page, of a worker, or of what is loaded when it is used.
const ENTRIES: [&str; 10] = [
    "css/main.css",
    "js/main.js",
    "js/theme.js",
    "js/service_worker.js",
    "js/page/offline.js",
    "js/picture/page_worker.js",
    "js/picture/picture_worker.js",
    "js/upload/folder_reader.js",
    "js/upload/hashing_worker.js",
    "js/upload/multipart.js",
];

/// Draws the first pages of PDFs, and is loaded where there is one. Its optional dependency is for Node.js and weighs more than all else:
/// `overrides` in `static/package.json` puts htmx, which is there anyway, in its place.
const PDF: [(&str, &str); 3] = [
    ("js/picture/pdf.js", "build/pdf.min.mjs"),
    ("js/picture/pdf_parser.js", "build/pdf.worker.min.mjs"),
    ("js/picture/pdf_licence.txt", "LICENSE"),
];

/// Writes archives, and is loaded when somebody downloads one.
const ZIP: [(&str, &str); 2] = [("js/archive/zip.js", "index.js"), ("js/archive/zip_licence.txt", "LICENSE.txt")];

/// Of each font, the name that it is served by, and where npm has it.
const FONTS: [(&str, &str); 4] = [
    ("fonts/bricolage-latin.woff2", "files/bricolage-grotesque-latin-wght-normal.woff2"),
    ("fonts/bricolage-latin-ext.woff2", "files/bricolage-grotesque-latin-ext-wght-normal.woff2"),
    ("fonts/bricolage-vietnamese.woff2", "files/bricolage-grotesque-vietnamese-wght-normal.woff2"),
    ("fonts/bricolage-licence.txt", "LICENSE"),
];

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("static");
    let out = PathBuf::from(variable("OUT_DIR"));
    println!("cargo:rerun-if-env-changed={OFFLINE}");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=templates");

    let offline = offline();
    let modules = offline.is_none().then(|| fetch(&root, &out));
    let mut files = Vec::new();
    for folder in ["css", "js", "images"] {
        collect(&root, &root.join(folder), &mut files);
    }
    check_entries(&root, &files);
    bundle(&root, &out, modules.as_deref(), &mut files);
    // Without a network pages have the system's letters, PDFs no first page, and nobody gets an archive.
    let pdf = modules.iter().map(|modules| modules.join("pdfjs-dist"));
    files.extend(pdf.flat_map(|pdf| PDF.map(|(name, path)| (name.to_owned(), pdf.join(path)))));
    let zip = modules.iter().map(|modules| modules.join("client-zip"));
    files.extend(zip.flat_map(|zip| ZIP.map(|(name, path)| (name.to_owned(), zip.join(path)))));
    let family = modules.iter().map(|modules| modules.join("@fontsource-variable/bricolage-grotesque"));
    files.extend(family.flat_map(|family| FONTS.map(|(name, path)| (name.to_owned(), family.join(path)))));
    let htmx_file = offline.or_else(|| modules.as_ref().map(|modules| modules.join("htmx.org/dist/htmx.min.js")));
    files.push(("js/htmx.js".to_owned(), htmx(&root, htmx_file.unwrap_or_default())));
    files.sort();
    fs::write(out.join("assets.rs"), table(&files, &out))
        .unwrap_or_else(|error| fail(&format!("the table of assets: {error}")));
}

#[expect(clippy::disallowed_methods, reason = "what a build is told is no setting of the program")]
fn offline() -> Option<PathBuf> {
    env::var_os(OFFLINE).map(PathBuf::from)
}

/// A file with htmx, whose content is what `static/package.json` says it must be.
fn htmx(root: &Path, path: PathBuf) -> PathBuf {
    let manifest = read(&root.join("package.json"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&manifest).unwrap_or_else(|error| fail(&format!("static/package.json: {error}")));
    let expected = manifest["htmx"]["integrity"].as_str().unwrap_or_default();
    let found = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(read(&path))));
    if found != expected {
        fail(&format!(
            "{} is not the htmx that static/package.json names: its hash is {found}, not {expected}.",
            path.display()
        ));
    }
    path
}

/// By npm, which checks each package against the lock file's own hash. The folder that they are in.
fn fetch(root: &Path, out: &Path) -> PathBuf {
    let folder = out.join("npm");
    let path = folder.join("node_modules");
    fs::create_dir_all(&folder).unwrap_or_else(|error| fail(&format!("{}: {error}", folder.display())));
    for name in ["package.json", "package-lock.json"] {
        fs::copy(root.join(name), folder.join(name)).unwrap_or_else(|error| fail(&format!("static/{name}: {error}")));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    match Command::new(npm).args(arguments).current_dir(&folder).output() {
        Ok(output) if output.status.success() => path,
        Ok(output) => fail(&format!(
            "npm could not fetch htmx and esbuild:\n{}\nWithout a network, set {OFFLINE} to a copy of htmx.min.js.",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => fail(&format!(
            "npm is needed to fetch htmx, and cannot be run ({error}). Install Node.js 20 or later, or set {OFFLINE} to a copy of htmx.min.js."
        )),
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true => collect(root, &path, files),
            false => {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.push((name, path));
            }
        }
    }
}

/// Fails where a template or a script asks for a script by its name that would not be there.
fn check_entries(root: &Path, files: &[(String, PathBuf)]) {
    let mut templates = Vec::new();
    let folder = root.with_file_name("templates");
    collect(&folder, &folder, &mut templates);
    let scripts = files.iter().filter(|(name, _)| name.ends_with(".js"));
    for (asker, path) in templates.iter().chain(scripts) {
        let text = String::from_utf8_lossy(&read(path)).into_owned();
        let asked = text.split("asset(\"").chain(text.split("addressOf(\"")).skip(1);
        for name in asked.filter_map(|rest| rest.split_once(".js\"")).map(|(name, _)| name) {
            let name = format!("js/{}.js", name.trim_start_matches("js/"));
            if name.len() < 80 && name != "js/htmx.js" && name != ZIP[0].0 && !ENTRIES.contains(&name.as_str()) {
                fail(&format!("{asker} asks for {name}, which ENTRIES in build.rs does not name."));
            }
        }
    }
}

/// Takes what `esbuild` makes of our scripts and styles in the place of what is written: few files, in which only what is used is left.
/// Without it, as without a network, they only lose their comments.
fn bundle(root: &Path, out: &Path, modules: Option<&Path>, files: &mut Vec<(String, PathBuf)>) {
    let folder = out.join("scripts");
    // What an earlier build made has other names.
    let _ = fs::remove_dir_all(&folder);
    let Some(modules) = modules else {
        for (_, path) in files.iter_mut().filter(|(name, _)| name.ends_with(".js")) {
            let short = folder.join(path.strip_prefix(root).unwrap_or(path));
            write(&short, &without_comments(&read(path)));
            *path = short;
        }
        return;
    };
    let mut command = Command::new("node");
    command.arg(modules.join("esbuild/bin/esbuild")).args(ENTRIES.map(|name| root.join(name)));
    command.args(["--bundle", "--splitting", "--format=esm", "--chunk-names=js/[name]-[hash]"]);
    command.args(["--minify", "--target=es2022,firefox128,safari17.5", "--log-level=warning", "--external:*.woff2"]);
    command.arg(format!("--outdir={}", folder.display())).arg(format!("--outbase={}", root.display()));
    match command.output() {
        Ok(output) if output.status.success() => {
            files.retain(|(name, _)| !name.ends_with(".js") && !name.ends_with(".css"));
            collect(&folder, &folder, files);
        }
        Ok(output) => fail(&format!("esbuild:\n{}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => fail(&format!("esbuild cannot be run: {error}")),
    }
}

/// Rust source: the assets' common hash, and each one's name and content.
fn table(files: &[(String, PathBuf)], out: &Path) -> String {
    let mut hash = Sha256::new();
    let mut rows = String::new();
    for (name, path) in files {
        let content = read(path);
        hash.update(format!("{name}\0{}\0", content.len()));
        hash.update(&content);
        let copy = out.join("assets").join(name);
        write(&copy, &content);
        rows.push_str(&format!("    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/assets/{name}\"))),\n"));
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!(
        "/// Changes with any of [`FILES`].\npub const HASH: &str = {hash:?};\n\nconst FILES: &[(&str, &[u8])] = &[\n{rows}];\n"
    )
}

/// Comments and indentation are for who reads the source: browsers are sent scripts without them. A comment has lines of
/// its own, or is the type of what follows in its line; no string goes over lines.
fn without_comments(script: &[u8]) -> Vec<u8> {
    let (mut kept, mut is_within) = (String::new(), false);
    for line in String::from_utf8_lossy(script).lines().map(str::trim) {
        let begins = line.starts_with("/**");
        let is_code = !is_within && (!begins || (line.contains("*/") && !line.ends_with("*/")));
        if is_code && !line.is_empty() && !line.starts_with("// ") {
            kept.push_str(&without_types(line));
            kept.push('\n');
        }
        is_within = (is_within || begins) && !line.contains("*/");
    }
    kept.into_bytes()
}

/// A line without `/** @type {…} */` in it.
fn without_types(line: &str) -> String {
    let mut parts = line.split("/** @");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once("*/").map_or("", |(_, after)| after.trim_start()));
    }
    kept
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| fail(&format!("{}: {error}", path.display())))
}

#[expect(clippy::disallowed_methods, reason = "what a build is told is no setting of the program")]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| fail(&format!("{name} is not set; build with cargo.")))
}

#[expect(clippy::disallowed_methods, reason = "a build script has nothing to close")]
fn fail(words: &str) -> ! {
    println!("cargo::error={}", words.replace('\n', " "));
    exit(1)
}

fn write(path: &Path, content: &[u8]) {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).unwrap_or_else(|error| fail(&format!("{}: {error}", folder.display())));
    fs::write(path, content).unwrap_or_else(|error| fail(&format!("{}: {error}", path.display())));
}
