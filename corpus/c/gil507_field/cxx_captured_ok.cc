// The object has a mutex, which the lambdas hold.
#include <memory>
#include <mutex>
#include <pybind11/pybind11.h>

namespace py = pybind11;

struct Shared {
    std::mutex lock;
    long hits = 0;
};

PYBIND11_MODULE(cxx_captured, module, py::mod_gil_not_used())
{
    auto shared = new Shared;
    module.def("hit", [shared] {
        py::gil_scoped_release release;
        std::lock_guard<std::mutex> guard(shared->lock);
        return ++shared->hits;
    });
    module.def("hits", [shared] {
        py::gil_scoped_release release;
        std::lock_guard<std::mutex> guard(shared->lock);
        return shared->hits;
    });
}
