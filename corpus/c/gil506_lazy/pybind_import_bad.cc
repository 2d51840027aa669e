// An imported function is kept in a static variable, filled on first use.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static PyObject *dumps;

static py::object
to_json(py::object value)
{
    if (dumps == nullptr) {
//      ^^^^^^^^^^^^^^^^ GIL506 already-racy
        dumps = py::module_::import("json").attr("dumps").cast<py::object>().release().ptr();
    }
    return py::handle(dumps)(value);
}

PYBIND11_MODULE(pybind_import, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("to_json", &to_json);
}
