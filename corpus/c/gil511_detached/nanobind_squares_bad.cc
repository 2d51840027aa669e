// A list is filled while the thread state is released.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>

namespace nb = nanobind;

static nb::list
squares(int count)
{
    nb::list result;
    nb::gil_scoped_release release;
    for (int i = 0; i < count; i++) {
        result.append(i * i);
//      ^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy
    }
    return result;
}

NB_MODULE(nanobind_squares, module)
{
    module.def("squares", &squares);
}
