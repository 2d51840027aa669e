// The list is filled after the scope.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static py::list
squares(int count)
{
    py::list result;
    long sum = 0;
    {
        py::gil_scoped_release release;
        for (int i = 0; i < count; i++) {
            sum += i * i;
        }
    }
    result.append(sum);
    return result;
}

PYBIND11_MODULE(pybind, module, py::mod_gil_not_used())
{
    module.def("squares", &squares);
}
