// The module is built without FREE_THREADED.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

NB_MODULE(nanobind, module)
//^^^^^^^^^^^^^^^^^^^^^^^^^ GIL501 -
{
    module.def("twice", [](long value) { return 2 * value; });
}
