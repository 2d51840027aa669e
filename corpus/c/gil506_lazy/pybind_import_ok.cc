// py::gil_safe_call_once_and_store fills it once.
#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;

static py::object
to_json(py::object value)
{
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> dumps;
    dumps.call_once_and_store_result(
        [] { return py::object(py::module_::import("json").attr("dumps")); });
    return dumps.get_stored()(value);
}

PYBIND11_MODULE(pybind_import, module, py::mod_gil_not_used())
{
    module.def("to_json", &to_json);
}
