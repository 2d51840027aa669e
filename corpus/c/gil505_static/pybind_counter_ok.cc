// The counter is a std::atomic.
#include <atomic>
#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace {
std::atomic<long> calls{0};
}

static long
call()
{
    return ++calls;
}

PYBIND11_MODULE(pybind_counter, module, py::mod_gil_not_used())
{
    module.def("call", &call);
}
