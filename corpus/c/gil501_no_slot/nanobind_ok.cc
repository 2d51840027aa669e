// nanobind_add_module(nanobind FREE_THREADED nanobind.cc) defines NB_FREE_THREADED.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>

namespace nb = nanobind;

NB_MODULE(nanobind, module)
{
    module.def("twice", [](long value) { return 2 * value; });
}
