// Each registry has a mutex of its own.
#include <mutex>
#include <pybind11/pybind11.h>
#include <vector>

namespace py = pybind11;

template <typename T>
struct Registry {
    static std::mutex lock;
    static std::vector<T> entries;

    static size_t
    add(T value)
    {
        py::gil_scoped_release release;
        std::lock_guard<std::mutex> guard(lock);
        entries.push_back(value);
        return entries.size();
    }
};

template <typename T>
std::mutex Registry<T>::lock;
template <typename T>
std::vector<T> Registry<T>::entries;

PYBIND11_MODULE(cxx_template, module, py::mod_gil_not_used())
{
    module.def("add_int", &Registry<int>::add);
    module.def("add_float", &Registry<double>::add);
}
