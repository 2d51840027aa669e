#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "rules/tables.h"
#include "rules/tsv.h"

namespace gilcheck::rules {
namespace {

TEST(Tables, AreWellFormed) {
  EXPECT_EQ(load_error(), "");
}

TEST(Tables, MayBeReadByManyThreadsFromTheStart) {
  std::vector<std::thread> threads;
  std::vector<const ContainerOp*> found(4);
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&found, i] { found[i] = container_op(Container::List, "append"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const ContainerOp* row : found) EXPECT_EQ(row, found.front());
}

TEST(Types, HaveNamesThatLeadBack) {
  for (auto type = Container::List; type <= Container::ContextVar;
       type = static_cast<Container>(static_cast<int>(type) + 1)) {
    EXPECT_EQ(container_named(name_of(type)), type) << name_of(type);
  }
  EXPECT_EQ(name_of(Container::Unknown), "unknown");
  EXPECT_EQ(container_named("unknown"), std::nullopt);
}

TEST(Types, FallIntoTheirFamilies) {
  EXPECT_TRUE(is_mutable_container(Container::Deque));
  EXPECT_TRUE(is_mutable_container(Container::Memoryview));
  EXPECT_FALSE(is_mutable_container(Container::DictView));
  EXPECT_FALSE(is_mutable_container(Container::Queue));
  EXPECT_TRUE(is_mapping(Container::Counter));
  EXPECT_FALSE(is_mapping(Container::Set));
  EXPECT_TRUE(is_immutable(Container::FrozenSet));
  EXPECT_FALSE(is_immutable(Container::Iterator));
  EXPECT_TRUE(is_iterator(Container::Generator));
  EXPECT_FALSE(is_iterator(Container::BinaryIO));
  EXPECT_TRUE(is_lock(Container::Condition));
  EXPECT_FALSE(is_lock(Container::Event));
  EXPECT_TRUE(is_thread_safe(Container::Event));
  EXPECT_TRUE(is_thread_safe(Container::BinaryIO));
  EXPECT_FALSE(is_thread_safe(Container::TextIO));
  EXPECT_FALSE(is_thread_safe(Container::ThreadLocal));
  EXPECT_TRUE(is_confined(Container::ContextVar));
  for (const auto predicate : {is_mutable_container, is_mapping, is_immutable, is_iterator, is_lock,
                               is_thread_safe, is_confined}) {
    EXPECT_FALSE(predicate(Container::Unknown));
  }
}

TEST(Constructors, KnowBuiltinsLibraryTypesAndFactories) {
  EXPECT_EQ(constructed_by("dict"), Container::Dict);
  EXPECT_EQ(constructed_by("collections.defaultdict"), Container::DefaultDict);
  EXPECT_EQ(constructed_by("threading.RLock"), Container::RLock);
  EXPECT_EQ(constructed_by("threading.local"), Container::ThreadLocal);
  EXPECT_EQ(constructed_by("logging.getLogger"), Container::ThreadSafe);
  EXPECT_EQ(constructed_by("re.compile"), Container::Immutable);
  EXPECT_EQ(constructed_by("some.Thing"), std::nullopt);
}

TEST(Constructors, TellCallsFromAnnotations) {
  EXPECT_EQ(annotated_as("typing.Dict"), Container::Dict);
  EXPECT_EQ(constructed_by("typing.Dict"), std::nullopt);
  EXPECT_EQ(constructed_by("sorted"), Container::List);
  EXPECT_EQ(annotated_as("sorted"), std::nullopt);
  EXPECT_EQ(annotated_as("list"), Container::List);
}

struct AtomicCase {
  Container type;
  std::string_view operation;
  int arguments;
  Atomic atomic;
};

TEST(ContainerOps, SayWhatIsOneStepInTheFreeThreadedBuild) {
  for (const AtomicCase& c : {
           AtomicCase{Container::List, "append", 1, Atomic::Yes},
           AtomicCase{Container::List, "[]", -1, Atomic::Yes},
           AtomicCase{Container::List, "sort", 0, Atomic::No},
           AtomicCase{Container::List, "in", -1, Atomic::MixedReads},
           AtomicCase{Container::List, "insert", 2, Atomic::IntermediateVisible},
           AtomicCase{Container::Dict, "setdefault", 2, Atomic::IfBuiltinKey},
           AtomicCase{Container::Dict, "len", -1, Atomic::Yes},
           AtomicCase{Container::Dict, "update", 1, Atomic::IfBuiltinOperand},
           AtomicCase{Container::Set, "add", 1, Atomic::IfBuiltinKey},
           AtomicCase{Container::Deque, "popleft", 0, Atomic::Yes},
           AtomicCase{Container::Generator, "next", -1, Atomic::No},
           AtomicCase{Container::Count, "next", -1, Atomic::Yes},
       }) {
    SCOPED_TRACE(std::string(name_of(c.type)) + " " + std::string(c.operation));
    const ContainerOp* row = container_op(c.type, c.operation, c.arguments);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->atomic, c.atomic);
  }
}

TEST(ContainerOps, PreferTheRowForTheNumberOfArguments) {
  EXPECT_EQ(container_op(Container::Dict, "pop", 1)->raises, "KeyError");
  EXPECT_EQ(container_op(Container::Dict, "pop", 2)->raises, "");
  EXPECT_EQ(container_op(Container::Dict, "pop")->raises, "");
  EXPECT_EQ(container_op(Container::List, "pop", 0)->atomic, Atomic::Yes);
  EXPECT_EQ(container_op(Container::List, "pop", 1)->atomic, Atomic::IntermediateVisible);
  EXPECT_EQ(container_op(Container::List, "pop", 1)->key_argument, 0);
}

TEST(ContainerOps, InheritFromTheBaseType) {
  EXPECT_EQ(container_op(Container::Counter, "setdefault", 2)->type, Container::Dict);
  EXPECT_EQ(container_op(Container::DefaultDict, "[]")->effect, Effect::Structural);
  EXPECT_EQ(container_op(Container::DefaultDict, "get")->effect, Effect::Read);
  EXPECT_EQ(container_op(Container::Counter, "[]")->runs_python, RunsPython::Always);
  EXPECT_EQ(container_op(Container::OrderedDict, "pop", 2)->type, Container::Dict);
}

TEST(ContainerOps, TellTestsFromActions) {
  EXPECT_TRUE(container_op(Container::Dict, "in")->tests);
  EXPECT_TRUE(container_op(Container::Dict, "get")->tests);
  EXPECT_TRUE(container_op(Container::Queue, "empty")->tests);
  EXPECT_FALSE(container_op(Container::Dict, "[]=")->tests);
  EXPECT_TRUE(container_op(Container::Dict, "[]=")->structural());
  EXPECT_TRUE(container_op(Container::List, "[]=")->mutates());
  EXPECT_FALSE(container_op(Container::List, "[]=")->structural());
  EXPECT_TRUE(container_op(Container::Dict, "values")->effect == Effect::None);
}

TEST(ContainerOps, KnowFunctionsOnContainers) {
  const ContainerOp* row = call_op(Container::List, "heapq.heappush");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->operation, "heapq.heappush");
  EXPECT_TRUE(row->structural());
  EXPECT_EQ(call_op(Container::Dict, "heapq.heappush"), nullptr);
  EXPECT_EQ(container_op(Container::List, "heapq.heappush"), nullptr);
}

TEST(ContainerOps, CoverEverythingAboutImmutableValues) {
  const ContainerOp* row = container_op(Container::Str, "upper", 0);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->effect, Effect::None);
  EXPECT_EQ(row->atomic, Atomic::Yes);
}

TEST(ContainerOps, AnswerNothingForWhatIsNotInTheTable) {
  EXPECT_EQ(container_op(Container::Unknown, "append"), nullptr);
  EXPECT_EQ(container_op(Container::List, "frobnicate"), nullptr);
  EXPECT_EQ(call_op(Container::Unknown, "heapq.heappush"), nullptr);
}

TEST(ContainerOps, KnowMethodsThatMutateWhateverTheReceiver) {
  for (const std::string_view method : {"append", "popleft", "popitem", "discard", "extend"}) {
    EXPECT_TRUE(mutates_any_container(method)) << method;
  }
  for (const std::string_view method : {"get", "copy", "index", "in", "[]=", "frobnicate"}) {
    EXPECT_FALSE(mutates_any_container(method)) << method;
  }
}

TEST(ContainerOps, AreConsistent) {
  for (const ContainerOp& row : container_ops()) {
    SCOPED_TRACE(std::string(name_of(row.type)) + " " + std::string(row.operation));
    EXPECT_FALSE(row.tests && row.structural()) << "a test does not change what it tests";
    EXPECT_FALSE(row.target == Target::Slot && row.structural());
    if (row.operation == "iter" && is_mutable_container(row.type)) {
      EXPECT_EQ(row.atomic, Atomic::No) << "iteration is never atomic";
    }
  }
}

TEST(Snapshots, AreAtomicOnlyForTheTypesThatAreLocked) {
  EXPECT_EQ(consumption("list", Container::Dict), Consumption::Snapshot);
  EXPECT_EQ(consumption("list", Container::DictView), Consumption::Snapshot);
  EXPECT_EQ(consumption("list", Container::OrderedDict), Consumption::OneCall);
  EXPECT_EQ(consumption("list", Container::Unknown), Consumption::OneCall);
  EXPECT_EQ(consumption("sorted", Container::Set), Consumption::Snapshot);
  EXPECT_EQ(consumption("tuple", Container::List), Consumption::Snapshot);
  EXPECT_EQ(consumption("tuple", Container::Dict), Consumption::OneCall);
}

TEST(Snapshots, TellWalksFromIterators) {
  EXPECT_EQ(consumption("sum", Container::DictView), Consumption::OneCall);
  EXPECT_EQ(consumption("any", Container::List), Consumption::OneCall);
  EXPECT_EQ(consumption("enumerate", Container::List), Consumption::Lazy);
  EXPECT_EQ(consumption("copy.deepcopy", Container::Dict), Consumption::Python);
  EXPECT_EQ(consumption("print", Container::List), std::nullopt);
}

TEST(Snapshots, WalkAGeneratorInPython) {
  EXPECT_EQ(consumption("sum", Container::Generator), Consumption::Python);
  EXPECT_EQ(consumption("list", Container::Generator), Consumption::Python);
  EXPECT_EQ(consumption("zip", Container::Generator), Consumption::Lazy);
}

TEST(ThreadRoots, SayWhereTargetAndArgumentsAre) {
  const ThreadRoot* thread = thread_root("threading.Thread");
  ASSERT_NE(thread, nullptr);
  EXPECT_EQ(thread->form, RootForm::Call);
  EXPECT_EQ(thread->multiplicity, Multiplicity::One);
  EXPECT_EQ(thread->target_position, 1);
  EXPECT_EQ(thread->target_keyword, "target");
  EXPECT_EQ(thread->arguments, RootArguments::Packed);
  EXPECT_EQ(thread->args_position, 3);
  EXPECT_EQ(thread->args_keyword, "args");
  EXPECT_EQ(thread->kwargs_keyword, "kwargs");

  const ThreadRoot* map = thread_root("concurrent.futures.ThreadPoolExecutor.map");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(map->multiplicity, Multiplicity::Many);
  EXPECT_EQ(map->arguments, RootArguments::MapItems);
  EXPECT_EQ(thread_root("print"), nullptr);
}

TEST(ThreadRoots, TellForms) {
  ASSERT_NE(thread_root("atexit.register"), nullptr);
  EXPECT_EQ(thread_root("atexit.register")->form, RootForm::Call);
  EXPECT_EQ(thread_root("atexit.register", RootForm::Decorator)->form, RootForm::Decorator);
  EXPECT_EQ(thread_root("threading.Thread", RootForm::Decorator), nullptr);
  EXPECT_EQ(thread_root("threading.Thread.run"), nullptr) << "a method is found by overriding it";
}

TEST(ThreadRoots, KnowMethodsThatAreOverridden) {
  ASSERT_NE(thread_root_override("threading.Thread", "run"), nullptr);
  EXPECT_EQ(thread_root_override("threading.Thread", "start"), nullptr);
  const ThreadRoot* handler = thread_root_override("http.server.BaseHTTPRequestHandler", "do_GET");
  ASSERT_NE(handler, nullptr);
  EXPECT_EQ(handler->multiplicity, Multiplicity::Many);
  EXPECT_EQ(thread_root_override("http.server.BaseHTTPRequestHandler", "send_error"), nullptr);
  ASSERT_NE(thread_root_override("object", "__del__"), nullptr);
  EXPECT_EQ(thread_root_override("some.Class", "run"), nullptr);
}

TEST(ThreadRoots, HintAtMethodsOfUnknownReceivers) {
  ASSERT_NE(thread_root_by_method("submit"), nullptr);
  EXPECT_EQ(thread_root_by_method("run_in_executor")->target_position, 1);
  EXPECT_EQ(thread_root_by_method("run"), nullptr);
}

TEST(SwitchPoints, FollowTheVersion) {
  EXPECT_TRUE(is_switch_point(Construct::Instruction, 9));
  EXPECT_FALSE(is_switch_point(Construct::Instruction, 10));
  EXPECT_TRUE(is_switch_point(Construct::ForwardJump, 10));
  EXPECT_FALSE(is_switch_point(Construct::ForwardJump, 11));
  EXPECT_TRUE(is_switch_point(Construct::ExceptHandler, 10));
  EXPECT_FALSE(is_switch_point(Construct::ExceptHandler, 11));
  EXPECT_TRUE(is_switch_point(Construct::Comprehension, 11));
  EXPECT_FALSE(is_switch_point(Construct::Comprehension, 12));
  for (PythonMinor minor = 8; minor <= 15; ++minor) {
    EXPECT_TRUE(is_switch_point(Construct::CallC, minor));
    EXPECT_TRUE(is_switch_point(Construct::CallPython, minor));
    EXPECT_TRUE(is_switch_point(Construct::BackwardJump, minor));
    EXPECT_EQ(is_switch_point(Construct::SpecialMethodC, minor), minor < 10);
  }
}

TEST(SwitchPoints, NameTheirSource) {
  for (const SwitchPoint& row : switch_points()) {
    EXPECT_FALSE(row.phrase.empty());
    EXPECT_FALSE(row.source.empty());
  }
  EXPECT_NE(switch_point(Construct::CallC, 13)->source.find("_CHECK_PERIODIC"),
            std::string_view::npos);
}

enum class Colour : std::uint8_t { Red, Blue };
constexpr std::array<Word<Colour>, 2> kColours = {{{"red", Colour::Red}, {"blue", Colour::Blue}}};

TEST(Tsv, ReadsRowsPastCommentsAndBlankLines) {
  TsvReader reader("t.tsv", "# note\nname\tcolour\n\n# more\na\tblue\r\nb\tred",
                   {"name", "colour"});
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.text(0), "a");
  EXPECT_EQ(reader.word(1, kColours), Colour::Blue);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.text(0), "b");
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.errors(), "");
}

TEST(Tsv, NamesTheLineOfEveryDefect) {
  TsvReader reader("t.tsv", "name\tcolour\tsure\tn\na\tgreen\tyes\t1\nb\tred\nc\tred\tmaybe\t-2\n",
                   {"name", "colour", "sure", "n"});
  while (reader.next()) {
    reader.word(1, kColours);
    reader.yes(2);
    reader.number(3);
  }
  EXPECT_EQ(reader.errors(),
            "t.tsv:2: unknown colour 'green'\n"
            "t.tsv:3: the row has 2 cells instead of 4\n"
            "t.tsv:4: unknown sure 'maybe'\n"
            "t.tsv:4: unknown n '-2'\n");
}

TEST(Tsv, ReportsAMissingTableAndAWrongHeader) {
  EXPECT_EQ(TsvReader("gone.tsv", {"name"}).errors(),
            "gone.tsv:0: the table is missing or empty\n");
  EXPECT_EQ(TsvReader("t.tsv", "colour\nred\n", {"name"}).errors(),
            "t.tsv:1: the header line does not name the expected columns\n");
}

}  // namespace
}  // namespace gilcheck::rules
