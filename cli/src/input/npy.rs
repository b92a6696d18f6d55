//! Arrays of NumPy, format 1.0 to 3.0 (NEP 1).
//!
//! The header is parsed here and not by a library: it holds three values, and any bytes may come.

use super::raw::Raw;
use super::{Source, shape};
use crate::failure::Failure;
use flashinator::Format;
use std::io::{self, Read};

/// NumPy itself rejects longer headers unless the caller trusts the file.
const LONGEST_HEADER: usize = 10_000;

/// The frames of an array of shape (F,H,W,3) or (F,H,W) of uint8 in C order.
///
/// # Errors
///
/// An array of another shape, order or type, or no array at all.
pub fn open(name: String, mut reader: Box<dyn Read>, fps: f64) -> Result<impl Source, Failure> {
    let fail = |problem: String, advice: &str| Failure::new(&name, problem, advice);
    let text = header(&mut reader).map_err(|problem| {
        fail(format!("not a .npy array: {problem}"), "write it with numpy.save")
    })?;
    let dtype = string(&text, "descr").unwrap_or("a structured dtype");
    if !matches!(dtype, "|u1" | "<u1" | ">u1" | "=u1" | "u1") {
        let problem = format!("its dtype is {dtype}, not uint8");
        return Err(fail(problem, "convert it with array.astype(numpy.uint8)"));
    }
    let dimensions = tuple(&text, "shape").ok_or_else(|| {
        fail("not a .npy array: its header has no shape".into(), "write it with numpy.save")
    })?;
    match value(&text, "fortran_order") {
        Some(order) if order.starts_with("False") => {}
        Some(order) if order.starts_with("True") => {
            return Err(fail(
                "it is in Fortran order".into(),
                "save numpy.ascontiguousarray(array)",
            ));
        }
        _ => {
            let problem = "not a .npy array: its header does not give the order";
            return Err(fail(problem.into(), "write it with numpy.save"));
        }
    }
    let (format, count, height, width) = match *dimensions {
        [count, height, width, 3] => (Format::Rgb24, count, height, width),
        [count, height, width] => (Format::Gray8, count, height, width),
        _ => {
            let problem = format!("its shape is {}", list(&dimensions));
            return Err(fail(problem, "use frames of shape (F,H,W,3) or (F,H,W)"));
        }
    };
    let too_large =
        || fail(format!("its shape {} is too large", list(&dimensions)), "check how it was made");
    let width = u32::try_from(width).map_err(|_| too_large())?;
    let height = u32::try_from(height).map_err(|_| too_large())?;
    let shape = shape(&name, format, width, height)?;
    count.checked_mul(shape.frame_bytes() as u64).ok_or_else(too_large)?;
    Ok(Raw::promised(name, reader, count, shape, fps))
}

/// The text of the header. The reader is then at the first frame.
fn header(reader: &mut dyn Read) -> Result<String, String> {
    let message = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends within the header".to_owned(),
        _ => error.to_string(),
    };
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(message)?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err("it does not begin with \\x93NUMPY".into());
    }
    let mut length = [0; 4];
    let size = match start[6] {
        1 => 2,
        2 | 3 => 4,
        version => return Err(format!("version {version} is unknown")),
    };
    reader.read_exact(&mut length[..size]).map_err(message)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_HEADER {
        return Err(format!("its header has {length} bytes"));
    }
    let mut text = vec![0; length];
    reader.read_exact(&mut text).map_err(message)?;
    String::from_utf8(text).map_err(|_| "its header is not text".into())
}

/// The text that follows a key of the header's dictionary.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(&format!("'{key}'"))?;
    Some(after.trim_start().strip_prefix(':')?.trim_start())
}

fn string<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    value(text, key)?.strip_prefix('\'')?.split_once('\'').map(|(string, _)| string)
}

fn tuple(text: &str, key: &str) -> Option<Vec<u64>> {
    let (inside, _) = value(text, key)?.strip_prefix('(')?.split_once(')')?;
    let numbers = inside.split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().ok()).collect()
}

fn list(dimensions: &[u64]) -> String {
    let sides: Vec<String> = dimensions.iter().map(u64::to_string).collect();
    format!("({})", sides.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_values_of_a_header() {
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 30, 40, 3), }  \n";
        assert_eq!(string(text, "descr"), Some("|u1"));
        assert_eq!(tuple(text, "shape"), Some(vec![2, 30, 40, 3]));
        assert!(value(text, "fortran_order").unwrap().starts_with("False"));
        assert_eq!(value(text, "shap"), None);
        assert_eq!(tuple("{'shape': (5,)}", "shape"), Some(vec![5]));
        assert_eq!(tuple("{'shape': ()}", "shape"), Some(vec![]));
        assert_eq!(tuple("{'shape': (-5, 3)}", "shape"), None);
        assert_eq!(tuple("{'shape': (5, 3", "shape"), None);
    }
}
