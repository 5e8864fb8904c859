//! The one hint the hot path gives to the processor.
//!
//! **Invariant:** a hint never changes a result; it only reads addresses of live elements.
#![allow(unsafe_code)]

/// Asks for the cache line of `slice[index]` ahead of its use; an index past the end asks for
/// nothing.
#[inline(always)]
pub fn prefetch<T>(slice: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(element) = slice.get(index) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the address is that of a live element, and a prefetch neither reads nor writes.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(element).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, index);
}
