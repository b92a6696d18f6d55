//! `flashinator scan`: whether videos are safe, and where they are not.

mod analysis;
mod chart;
mod inputs;
mod profiles;
mod report;
mod result;
mod rows;
mod summary;
mod terminal;
mod thumbnail;

use crate::args::ScanArgs;
use crate::failure::Failure;
use crate::interrupt;
use analysis::ScanJob;
use profiles::Rules;
use result::ScanResult;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use terminal::Terminal;

/// Scans all inputs.
pub fn run(args: &ScanArgs) -> ExitCode {
    let mut terminal = Terminal::new(args);
    match scan(args, &mut terminal) {
        Ok(status) => status,
        Err(failure) => {
            terminal.fail(&failure);
            ExitCode::from(2)
        }
    }
}

fn scan(args: &ScanArgs, terminal: &mut Terminal) -> Result<ExitCode, Failure> {
    let rules = Rules::new(args)?;
    let inputs = inputs::expand(&args.inputs)?;
    let outputs = &args.outputs;
    let single = [&outputs.csv, &outputs.jsonl, &outputs.report];
    if inputs.len() > 1 && single.iter().any(|output| output.is_some()) {
        return Err(Failure::new(
            "--csv, --jsonl and --report",
            format!("they are for one input, and there are {}", inputs.len()),
            "scan one file, or use --json",
        ));
    }
    interrupt::install_handler();

    let scanned = scan_all(args, &rules, &inputs, terminal);
    let mut failures = Vec::new();
    for one in &scanned {
        terminal.show(one, &rules)?;
    }
    terminal.show_table(&scanned)?;
    if let Some(path) = &outputs.report
        && let Some(one) = scanned.first().filter(|one| one.shape.is_some())
    {
        failures.extend(report::write(path, one, &rules).err());
    }
    if let Some(path) = &outputs.json {
        failures.extend(summary::write(path, &scanned, &rules, args).err());
    }
    for failure in &failures {
        terminal.fail(failure);
    }
    Ok(status(&scanned, failures.is_empty(), outputs.strict))
}

/// 2 where something could not be done, else 1 where a video fails, else 0.
fn status(scanned: &[ScanResult], written: bool, strict: bool) -> ExitCode {
    let whole = written && scanned.iter().all(|one| one.failure.is_none());
    let bad = scanned.iter().any(|one| one.is_failed(strict));
    ExitCode::from(match (whole, bad) {
        (false, _) => 2,
        (true, true) => 1,
        (true, false) => 0,
    })
}

/// Scans inputs side by side, as many as there are processors; gives the results in their order.
fn scan_all(
    args: &ScanArgs,
    rules: &Rules,
    inputs: &[PathBuf],
    terminal: &Terminal,
) -> Vec<ScanResult> {
    let results: Vec<Mutex<Option<ScanResult>>> = inputs.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let wish = ScanJob { args, rules, pictures: args.outputs.report.is_some() };
    std::thread::scope(|scope| {
        for _ in 0..processors.min(inputs.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(index) else { break };
                    let scanned = analysis::scan(input, &wish, terminal);
                    if let Ok(mut result) = results[index].lock() {
                        *result = Some(scanned);
                    }
                }
            });
        }
    });
    results.into_iter().filter_map(|result| result.into_inner().ok().flatten()).collect()
}
