// An object is appended to a list while the thread state is released.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static py::list
squares(int count)
{
    py::list result;
    py::gil_scoped_release release;
    for (int i = 0; i < count; i++) {
        result.append(i * i);
//      ^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy
    }
    return result;
}

PYBIND11_MODULE(pybind, module)
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL501 -
{
    module.def("squares", &squares);
}
