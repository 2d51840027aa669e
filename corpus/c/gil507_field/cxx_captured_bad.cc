// Lambdas share an object that they captured.
#include <memory>
#include <pybind11/pybind11.h>

namespace py = pybind11;

struct Shared {
    long hits = 0;
};

PYBIND11_MODULE(cxx_captured, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    auto shared = new Shared;
    module.def("hit", [shared] { return ++shared->hits; });
//                                      ^^^^^^^^^^^^^^ GIL507 gil-masked
    module.def("hits", [shared] { return shared->hits; });
}
