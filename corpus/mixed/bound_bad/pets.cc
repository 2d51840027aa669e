// A function and a class that pybind11 binds under names of their own.
#include <pybind11/pybind11.h>

namespace py = pybind11;

static int counter = 0;

static int
count_up()
{
    return ++counter;
//         ^^^^^^^^^ GIL505 gil-masked high
}

class Pet {
  public:
    void have_birthday() { age_++; }
//                         ^^^^^^ GIL507 gil-masked medium

  private:
    int age_ = 0;
};

  PYBIND11_MODULE(pets, m)
//^^^^^^^^^^^^^^^^^^^^^^^^ GIL501 - high
{
    m.def("bump", &count_up);
    py::class_<Pet> pet(m, "Pet");
    pet.def(py::init<>());
    pet.def("grow", &Pet::have_birthday);
}
