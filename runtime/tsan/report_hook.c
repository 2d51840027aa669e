/* Linked into interpreters that are built with ThreadSanitizer: the sanitizer's runtime lies in the executable, and
   only there can the function be defined that it calls after each report
   (compiler-rt/lib/tsan/rtl/tsan_rtl_report.cpp, OutputReport). Who wants to know registers with
   gilcheck_on_tsan_report. */

static void (*called)(void *);

__attribute__((visibility("default"), used)) void gilcheck_on_tsan_report(void (*hook)(void *)) {
  called = hook;
}

void __tsan_on_report(void *report) {
  if (called != 0) called(report);
}
