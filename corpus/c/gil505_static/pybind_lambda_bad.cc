// A lambda appends to a vector of the module; another one walks it.
#include <pybind11/pybind11.h>
#include <vector>

namespace py = pybind11;

namespace {
std::vector<double> samples;
}

PYBIND11_MODULE(pybind_lambda, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("add", [](double value) { samples.push_back(value); });
//                                       ^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked
    module.def("total", [] {
        double sum = 0;
        for (double value : samples) {
            sum += value;
        }
        return sum;
    });
}
