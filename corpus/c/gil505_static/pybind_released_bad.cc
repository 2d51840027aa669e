// A statistic of the module is updated while the GIL is released.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static unsigned long long bytes_hashed;

static unsigned
hash(const char *text, size_t size)
{
    py::gil_scoped_release release;
    unsigned value = 5381;
    for (size_t i = 0; i < size; i++) {
        value = value * 33 + static_cast<unsigned char>(text[i]);
    }
    bytes_hashed += size;
//  ^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked high
    return value;
}

PYBIND11_MODULE(pybind_released, module, py::mod_gil_not_used())
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
{
    module.def("hash", [](const std::string &text) { return hash(text.data(), text.size()); });
    module.def("bytes_hashed", [] { return bytes_hashed; });
}
