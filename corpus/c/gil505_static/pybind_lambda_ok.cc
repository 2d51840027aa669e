// A std::mutex guards the vector, over plain C++ code only and without the GIL.
#include <mutex>
#include <pybind11/pybind11.h>
#include <vector>

namespace py = pybind11;

namespace {
std::mutex lock;
std::vector<double> samples;
}

PYBIND11_MODULE(pybind_lambda, module, py::mod_gil_not_used())
{
    module.def("add", [](double value) {
        py::gil_scoped_release release;
        std::lock_guard<std::mutex> guard(lock);
        samples.push_back(value);
    });
    module.def("total", [] {
        py::gil_scoped_release release;
        std::lock_guard<std::mutex> guard(lock);
        double sum = 0;
        for (double value : samples) {
            sum += value;
        }
        return sum;
    });
}
