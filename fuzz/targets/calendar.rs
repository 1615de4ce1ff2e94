#![no_main]

#[path = "../../tests/it/laws/calendar.rs"]
mod law;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| law::hold(bytes));
