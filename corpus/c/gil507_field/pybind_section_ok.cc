// py::scoped_critical_section locks the Python object around it.
#include <pybind11/critical_section.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;

struct Account {
    long balance = 0;
    long moves = 0;
};

PYBIND11_MODULE(pybind_section, module, py::mod_gil_not_used())
{
    py::class_<Account>(module, "Account").def(py::init<>()).def("deposit", [](py::object object, long amount) {
        auto &self = object.cast<Account &>();
        py::scoped_critical_section section(object);
        self.balance += amount;
        self.moves++;
    });
}
