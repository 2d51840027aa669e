// A pybind11 module counts calls in a static.
#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace {
long calls = 0;
}

static long
call()
{
    return ++calls;
//         ^^^^^^^ GIL505 gil-masked high
}

PYBIND11_MODULE(pybind_counter, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("call", &call);
}
