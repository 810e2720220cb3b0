//! The `handbill` command.

/// A build makes and drops millions of small values on several threads, which this allocator does in half the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    handbill::cli::run()
}
