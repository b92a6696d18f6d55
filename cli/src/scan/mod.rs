//! `flashinator scan`: whether videos flash dangerously, and where.

mod analysis;
mod edl;
mod inputs;
mod junit;
mod library;
mod profiles;
mod rows;
mod terminal;

use crate::args::{ScanArgs, StreamArg};
use crate::failure::Failure;
use crate::interrupt::Stop;
use crate::{input, output_file};
use analysis::ScanJob;
use flashinator_report::{ScanResult, page, summary};
use inputs::Inputs;
pub use library::Scan;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use terminal::Terminal;

/// Scans all inputs and gives the exit status.
pub fn run(args: &ScanArgs) -> u8 {
    scan(args, &Terminal::new(args)).unwrap_or_else(|failure| {
        failure.print();
        2
    })
}

fn scan(args: &ScanArgs, terminal: &Terminal) -> Result<u8, Failure> {
    let profiles = profiles::profiles(args)?;
    let settings = args.settings();
    let Inputs { files: inputs, skipped, mut failures } = Inputs::new(&args.inputs)?;
    let stop = Stop::at_interrupt();
    let inputs = streams(inputs, args.stream, &stop);
    let outputs = &args.outputs;
    let single = [&outputs.csv, &outputs.jsonl, &outputs.xml, &outputs.edl];
    if inputs.len() > 1 && single.iter().any(|output| output.is_some()) {
        return Err(Failure::new(
            "--csv, --jsonl, --xml and --edl",
            format!("they are for one input, and there are {}", inputs.len()),
            "scan one file, or use --json or --report",
        ));
    }
    let files = [
        ("--csv", &outputs.csv),
        ("--jsonl", &outputs.jsonl),
        ("--json", &outputs.json),
        ("--report", &outputs.report),
        ("--xml", &outputs.xml),
        ("--edl", &outputs.edl),
        ("--junit", &outputs.junit),
    ];
    let files: Vec<_> =
        files.iter().filter_map(|(option, path)| Some((*option, path.as_deref()?))).collect();
    let read =
        inputs.iter().flat_map(|(path, _)| input::files(path)).chain(args.thresholds.clone());
    output_file::prepare(&files, &read.collect::<Vec<_>>())?;

    let job = ScanJob {
        args,
        settings: &settings,
        profiles: &profiles,
        pictures: outputs.report.is_some().then(|| (page::PICTURES / inputs.len().max(1)).max(1)),
        keep_rows: false,
        // Only the rows need the T table.
        table: [&outputs.csv, &outputs.jsonl, &outputs.xml].iter().any(|output| output.is_some()),
        stop: &stop,
    };
    let results = scan_all(&job, &inputs, terminal)?;
    terminal.show_table(&results)?;
    terminal.show_skipped(&skipped)?;
    if let Some(path) = &outputs.report
        && results.iter().any(|result| result.shape.is_some())
    {
        let page = page::page(&results, &profiles, today());
        failures.extend(output_file::write_file(path, page.as_bytes()).err());
    }
    if let (Some(path), [result]) = (&outputs.edl, &*results)
        && result.frames > 0
    {
        failures.extend(edl::write(path, result, &profiles).err());
    }
    if let Some(path) = &outputs.junit {
        failures.extend(junit::write(path, &results, &profiles, outputs.strict).err());
    }
    if let Some(path) = &outputs.json {
        let text = summary::json(&results, &profiles, &settings);
        failures.extend(output_file::write_file(path, text.as_bytes()).err());
    }
    for failure in &failures {
        failure.print();
    }
    output_file::remove_empty(&files);
    let complete = failures.is_empty() && results.iter().all(|result| result.failure.is_none());
    let fails = results.iter().any(|result| result.fails(outputs.strict));
    Ok(match (complete, fails) {
        (false, _) => 2,
        (true, true) => 1,
        (true, false) => 0,
    })
}

/// Today, counted from 1970-01-01, in UTC.
fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs() / 86_400) as i64
}

/// The inputs, each with the video stream that was asked for.
fn streams(
    paths: Vec<PathBuf>,
    stream: Option<StreamArg>,
    stop: &Stop,
) -> Vec<(PathBuf, Option<usize>)> {
    match stream {
        None => paths.into_iter().map(|path| (path, None)).collect(),
        Some(StreamArg::One(stream)) => {
            paths.into_iter().map(|path| (path, Some(stream))).collect()
        }
        Some(StreamArg::All) => paths
            .into_iter()
            .flat_map(|path| {
                let count = input::video_streams(&path, stop).max(1);
                (0..count).map(move |stream| (path.clone(), (count > 1).then_some(stream)))
            })
            .collect(),
    }
}

/// Scans inputs in parallel, as many as there are processors. The results are in the order of the inputs, and each is
/// shown as soon as those before it are.
fn scan_all(
    job: &ScanJob<'_>,
    inputs: &[(PathBuf, Option<usize>)],
    terminal: &Terminal,
) -> Result<Vec<ScanResult>, Failure> {
    let results: Vec<Mutex<Option<ScanResult>>> = inputs.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let shown: Mutex<(usize, Result<(), Failure>)> = Mutex::new((0, Ok(())));
    let show = || {
        let Ok(mut shown) = shown.lock() else { return };
        while let Some(slot) = results.get(shown.0)
            && let Ok(slot) = slot.lock()
            && let Some(result) = &*slot
        {
            let outcome = terminal.show(result, job.profiles);
            if shown.1.is_ok() {
                shown.1 = outcome;
            }
            shown.0 += 1;
        }
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors.min(inputs.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let (Some((input, stream)), Some(slot)) =
                        (inputs.get(index), results.get(index))
                    else {
                        break;
                    };
                    let result = analysis::scan(input, *stream, job, terminal);
                    if let Ok(mut slot) = slot.lock() {
                        *slot = Some(result);
                    }
                    show();
                }
            });
        }
    });
    if let Ok((_, outcome)) = shown.into_inner() {
        outcome?;
    }
    Ok(results.into_iter().filter_map(|result| result.into_inner().ok().flatten()).collect())
}
