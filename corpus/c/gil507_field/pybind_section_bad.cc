// A lambda bound as a method updates the object.
#include <pybind11/pybind11.h>

namespace py = pybind11;

struct Account {
    long balance = 0;
    long moves = 0;
};

PYBIND11_MODULE(pybind_section, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    py::class_<Account>(module, "Account").def(py::init<>()).def("deposit", [](Account &self, long amount) {
        self.balance += amount;
//      ^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked
        self.moves++;
//      ^^^^^^^^^^^^ GIL507 gil-masked
    });
}
