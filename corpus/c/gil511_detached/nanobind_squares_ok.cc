// Only the arithmetic runs without a thread state.
// flags: -DNB_FREE_THREADED
#include <nanobind/nanobind.h>
#include <vector>

namespace nb = nanobind;

static nb::list
squares(int count)
{
    std::vector<int> values;
    {
        nb::gil_scoped_release release;
        for (int i = 0; i < count; i++) {
            values.push_back(i * i);
        }
    }
    nb::list result;
    for (int value : values) {
        result.append(value);
    }
    return result;
}

NB_MODULE(nanobind_squares, module)
{
    module.def("squares", &squares);
}
