// A template keeps a registry for each type that it is instantiated with.
#include <pybind11/pybind11.h>
#include <vector>

namespace py = pybind11;

template <typename T>
struct Registry {
    static std::vector<T> entries;

    static size_t
    add(T value)
    {
        entries.push_back(value);
//      ^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked low
        return entries.size();
    }
};

template <typename T>
std::vector<T> Registry<T>::entries;

PYBIND11_MODULE(cxx_template, module, py::mod_gil_not_used())
{
    module.def("add_int", &Registry<int>::add);
    module.def("add_float", &Registry<double>::add);
}
