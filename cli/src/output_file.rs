//! Output files. `-` is standard output.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The option that names an output, and its file.
pub type Output<'a> = (&'static str, &'a Path);

/// Checks the outputs before any work: an output must not be a file that is read or another output, and must be writable.
/// The content of an earlier run is removed, so that it cannot be taken for that of this one.
pub fn prepare(outputs: &[Output<'_>], inputs: &[PathBuf]) -> Result<(), Failure> {
    let inputs: Vec<_> = inputs.iter().map(|input| opened(input, "/dev/stdin")).collect();
    for (index, (option, path)) in outputs.iter().enumerate() {
        if path.as_os_str() != "-" && inputs.iter().any(|input| is_same_file(input, path)) {
            let problem = format!("{option} would overwrite this input");
            return Err(Failure::new(path.display(), problem, "use another file"));
        }
        let others = outputs.iter().take(index);
        let is_same = |other: &Path| {
            let (a, b) = (opened(other, "/dev/stdout"), opened(path, "/dev/stdout"));
            is_stdout(other) && is_stdout(path) || is_same_file(a, b)
        };
        if let Some((other, _)) = others.into_iter().find(|(_, other)| is_same(other)) {
            let problem = format!("{other} and {option} would both write it");
            return Err(Failure::new(path.display(), problem, "use two files"));
        }
    }
    for (_, path) in outputs.iter().filter(|(_, path)| is_regular_or_new(path) || path.is_dir()) {
        File::create(path).map_err(|error| unwritable(&path.display().to_string(), &error))?;
    }
    Ok(())
}

/// Removes outputs that nothing was written to.
pub fn remove_empty(outputs: &[Output<'_>]) {
    for (_, path) in outputs.iter().filter(|(_, path)| is_regular_or_new(path)) {
        if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Opening a device or a named pipe and closing it again may have an effect.
fn is_regular_or_new(path: &Path) -> bool {
    !is_stdout(path) && fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What `-` stands for.
fn opened<'a>(path: &'a Path, stream: &'static str) -> &'a Path {
    if path.as_os_str() == "-" { Path::new(stream) } else { path }
}

/// Whether two paths lead to one file or pipe. Devices such as /dev/null may be opened twice.
fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) {
        use std::os::unix::fs::{FileTypeExt, MetadataExt};
        return !a.file_type().is_char_device() && (a.dev(), a.ino()) == (b.dev(), b.ino());
    }
    // A new file has no canonical path, but its folder has.
    let canonical = |path: &Path| {
        fs::canonicalize(path).ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
            Some(folder.join(path.file_name()?))
        })
    };
    canonical(a).is_some_and(|a| Some(a) == canonical(b))
}

/// A file that is written piece by piece.
pub struct OutputFile {
    name: String,
    out: BufWriter<Box<dyn Write>>,
    /// Whoever reads standard output may wait for every row.
    unbuffered: bool,
}

impl OutputFile {
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let is_stdout = is_stdout(path);
        let name =
            if is_stdout { "standard output".to_owned() } else { path.display().to_string() };
        let out: Box<dyn Write> = if is_stdout {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(|error| unwritable(&name, &error))?)
        };
        Ok(Self { name, out: BufWriter::with_capacity(1 << 16, out), unbuffered: is_stdout })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut result = self.out.write_all(bytes);
        if self.unbuffered {
            result = result.and_then(|()| self.out.flush());
        }
        result.map_err(|error| unwritable(&self.name, &error))
    }

    pub fn finish(mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| unwritable(&self.name, &error))
    }
}

/// The error for a file that cannot be written.
pub fn unwritable(name: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        let problem = "its reader closed it early, so the rest was not analysed";
        return Failure::new(name, problem, "let the reader read to the end");
    }
    let problem = format!("cannot be written: {error}");
    Failure::new(name, problem, "free some space, or use another file")
}

/// Writes to standard output. A reader that has closed it, as `head` does, is no error.
pub fn write_stdout(bytes: &[u8]) -> Result<(), Failure> {
    match io::stdout().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(unwritable("standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Writes a file at once. If that fails, nothing of the file is left.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if is_stdout(path) {
        return write_stdout(bytes);
    }
    let name = path.display().to_string();
    let mut file = File::create(path).map_err(|error| unwritable(&name, &error))?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.flush()) {
        drop(file);
        // A device such as /dev/full is kept.
        if path.is_file() {
            let _ = fs::remove_file(path);
        }
        return Err(unwritable(&name, &error));
    }
    Ok(())
}
