// Thread roots: calls that hand a function to a thread, methods that a base class's thread runs,
// decorators that register handlers.
#include <algorithm>
#include <tuple>

#include "analyzer/evidence/model.h"
#include "analyzer/link/evaluator.h"
#include "analyzer/link/objects.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

ThreadRoot::Kind kind_of(rules::RootKind kind) {
  switch (kind) {
    case rules::RootKind::Thread: return ThreadRoot::Kind::thread;
    case rules::RootKind::Timer: return ThreadRoot::Kind::timer;
    case rules::RootKind::Executor: return ThreadRoot::Kind::executor;
    case rules::RootKind::Task:
    case rules::RootKind::Pool: return ThreadRoot::Kind::pool;
    case rules::RootKind::Asyncio: return ThreadRoot::Kind::asyncio_thread;
    case rules::RootKind::Server:
    case rules::RootKind::Web: return ThreadRoot::Kind::request_handler;
    case rules::RootKind::Signal:
    case rules::RootKind::AtExit:
    case rules::RootKind::Hook: return ThreadRoot::Kind::callback;
    case rules::RootKind::Finalizer: return ThreadRoot::Kind::finalizer;
  }
  return ThreadRoot::Kind::thread;
}

bool runs_in_main_thread(rules::RootKind kind) {
  return kind == rules::RootKind::Signal || kind == rules::RootKind::AtExit;
}

/// A root before it has a number.
struct Candidate {
  ThreadRoot root;
  RootDetail detail;
};

/// Constructor calls, by class.
struct Site {
  ClassIndex klass;
  ModuleIndex module;
  CallId call;
};

class RootFinder {
 public:
  RootFinder(const Model& model, ModuleIndex m, const std::vector<Site>& sites)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model), constructions_(sites) {}

  void run() {
    for (CallId c = 0; c < s_.calls.size(); ++c) call(c);
    for (FuncId f = 0; f < s_.functions.size(); ++f) decorators(f);
    for (ClassId c = 0; c < s_.classes.size(); ++c) overrides(model_.class_index(m_, c));
  }

  std::vector<Candidate> found;

 private:
  std::string short_name(FunctionIndex f) const {
    return std::string(model_.text(model_.module_of(f), model_.function(f).qualname));
  }

  void call(CallId c) {
    const Call& site = s_.calls[c];
    if ((site.flags & kCallDecorator) != 0) return;
    const Callee& callee = model_.tables[m_].callees[c];
    const std::optional<Spawn> spawn = spawn_of(model_, m_, c, callee);
    if (!spawn || spawn->target == 0) return;
    std::vector<Entry> entries;
    // `def start(fn): Thread(target=fn).start()`: whatever was passed.
    passed(m_, spawn->target, entries, 0);
    if (entries.empty()) {
      evaluator_.reset();
      const Target direct = target_of(model_, evaluator_, m_, spawn->target);
      if (direct.function != kNone) entries.push_back({direct, false, true});
    }
    for (const Entry& entry : entries) {
      if (spawn->hinted && entry.target.function == kNone) continue;
      Candidate made;
      made.root.kind = kind_of(spawn->row->kind);
      made.root.entries = {model_.entry_of(entry.target.function)};
      made.root.module = m_;
      made.root.site = site.range;
      made.root.spawner = model_.function_index(m_, site.function);
      made.root.call = c;
      made.detail.hinted = spawn->hinted;
      made.detail.interrupts = runs_in_main_thread(spawn->row->kind);
      const bool looped = (site.flags & kCallInLoop) != 0;
      made.root.many =
          looped || entry.several || spawn->row->multiplicity == rules::Multiplicity::Many;
      if (entry.target.receiver_bound) {
        made.detail.self = model_.functions[entry.target.function].owner;
        made.detail.receiver = entry.target.receiver;
        made.detail.receiver_fresh = is_fresh(entry.target.receiver);
        made.root.same_receiver = made.root.many && entry.same && entry.target.receiver != 0 &&
                                  is_invariant(entry.target.receiver);
      }
      const std::string_view name = spawn->hinted ? spawn->row->name.substr(2) : spawn->row->name;
      made.root.text = describe(name, spawn->row->target_keyword, entry.target.function);
      if (looped) made.root.text += ", started in a loop";
      if (!looped && entry.several) made.root.text += ", started several times";
      if (!made.root.many) repeated(made);
      found.push_back(std::move(made));
    }
  }

  std::string describe(std::string_view callee, std::string_view keyword,
                       FunctionIndex target) const {
    // "threading.Thread" -> "Thread", "....ThreadPoolExecutor.submit" ->
    // "ThreadPoolExecutor.submit"
    std::size_t cut = callee.rfind('.');
    if (cut != std::string_view::npos && cut != 0) {
      const std::size_t before = callee.rfind('.', cut - 1);
      const std::string_view last_but_one =
          callee.substr(before == std::string_view::npos ? 0 : before + 1);
      const bool method =
          !last_but_one.empty() && last_but_one.front() >= 'A' && last_but_one.front() <= 'Z';
      callee = method ? last_but_one : callee.substr(cut + 1);
    }
    std::string out(callee);
    out += '(';
    if (keyword == "target") out += "target=";
    out += short_name(target);
    out += ')';
    return out;
  }

  struct Entry {
    Target target;
    bool several;  ///< passed at several places
    bool same;     ///< ... with the same receiver
  };

  /// The function that starts the thread is itself called in a loop or from several places.
  void repeated(Candidate& made) const {
    bool same = false;
    std::uint32_t sites = 0;
    std::uint32_t own = 0;
    for (std::uint32_t i = model_.edges_into_first[made.root.spawner];
         i < model_.edges_into_first[made.root.spawner + 1]; ++i) {
      const Edge& edge = model_.edges[model_.edges_into[i]];
      if (edge.call == kNone) continue;
      ++sites;
      if (edge.same_self) ++own;
      const Call& call = model_.summary(model_.module_of(edge.from)).calls[edge.call];
      if ((call.flags & kCallInLoop) == 0) continue;
      made.root.many = true;
      same = same || edge.same_self;
    }
    if (sites > 1) {
      made.root.many = true;
      same = same || own > 1;
    }
    if (!made.root.many) return;
    made.detail.by_callers = true;
    made.root.text += ", started several times";
    made.root.same_receiver =
        same && made.detail.receiver != 0 && model_.self_method(m_, made.detail.receiver) != kNone;
  }

  void passed(ModuleIndex m, ValueId v, std::vector<Entry>& out, int depth) {
    if (depth > 3 || out.size() > 32 || v == 0) return;
    const ValueNode& node = model_.summary(m).values[v];
    std::vector<Flow> flows;
    const auto take = [&](std::uint32_t param) {
      const std::span<const Flow> all = model_.param_flows.of(param);
      flows.insert(flows.end(), all.begin(), all.end());
    };
    if (node.kind == ValueKind::param) {
      take(model_.param_index(m, node.a, node.b));
    } else if (node.kind == ValueKind::path) {
      evaluator_.reset();
      const SlotId slot = evaluator_.place(m, node.a).slot;
      if (slot == kNone) return;
      for (const Flow& flow : model_.slot_flows.of(slot)) {
        if (flow.kind == Flow::Kind::parameter) take(flow.value);
        if (flow.kind == Flow::Kind::value) flows.push_back(flow);
      }
    }
    for (const Flow& flow : flows) {
      if (flow.kind != Flow::Kind::value) continue;
      const ModuleSummary& source = model_.summary(flow.module);
      const ValueNode& value = source.values[flow.value];
      evaluator_.reset();
      Target target = target_of(model_, evaluator_, flow.module, flow.value);
      if (target.function == kNone) {
        if (value.kind == ValueKind::param || value.kind == ValueKind::path) {
          passed(flow.module, flow.value, out, depth + 1);
        }
        continue;
      }
      if (flow.module != m_) target.receiver = 0;
      bool known = false;
      for (Entry& other : out) {
        if (other.target.function != target.function) continue;
        known = true;
        other.several = true;
        other.same = other.same && other.target.receiver == target.receiver;
      }
      if (!known) out.push_back({target, false, true});
    }
  }

  const ValueNode* root_value(PathId path) const {
    PathId root = path;
    while (s_.paths[root].parent != 0) root = s_.paths[root].parent;
    return s_.paths[root].kind == PathKind::value ? &s_.values[s_.paths[root].aux] : nullptr;
  }

  bool is_fresh(PathId path) const {
    if (path == 0 || s_.paths[path].kind != PathKind::value) return false;
    return makes_object(model_, m_, s_.paths[path].aux);
  }

  /// The same object in every turn of the loop that starts the threads.
  bool is_invariant(PathId path) const {
    const ValueNode* value = root_value(path);
    if (value == nullptr) return true;  // a global or closure variable
    switch (value->kind) {
      case ValueKind::param: return true;
      case ValueKind::call: return (s_.calls[value->a].flags & kCallInLoop) == 0;
      case ValueKind::display:
      case ValueKind::comprehension: return true;
      default: return false;
    }
  }

  void decorators(FuncId f) {
    const Range list = s_.functions[f].decorators;
    for (std::uint32_t i = list.first; i < list.end(); ++i) {
      const ValueId value = s_.value_lists[i];
      evaluator_.reset();
      const Type type = evaluator_.type(m_, value);
      const rules::ThreadRoot* row = nullptr;
      bool hinted = false;
      if ((type.kind == Type::Kind::external || type.kind == Type::Kind::external_instance) &&
          type.external != 0) {
        row = rules::thread_root(model_.symbols.text(type.external), rules::RootForm::Decorator);
      } else if (type.kind == Type::Kind::unknown) {
        const ValueNode& node = s_.values[value];
        ValueId spelled = value;
        if (node.kind == ValueKind::call) spelled = s_.calls[node.a].callee;
        const ValueNode& callee = s_.values[spelled];
        if (callee.kind == ValueKind::path && s_.paths[callee.a].kind == PathKind::attr) {
          row = rules::thread_root_by_method(s_.name(s_.paths[callee.a].sym));
          if (row != nullptr && row->form != rules::RootForm::Decorator) row = nullptr;
          hinted = true;
        }
      }
      if (row == nullptr) continue;
      Candidate made;
      made.root.kind = kind_of(row->kind);
      made.root.entries = {model_.entry_of(model_.function_index(m_, f))};
      made.root.many = row->multiplicity == rules::Multiplicity::Many;
      made.root.module = m_;
      made.root.site = s_.functions[f].name_range;
      made.detail.hinted = hinted;
      made.detail.interrupts = runs_in_main_thread(row->kind);
      const std::string_view name = hinted ? row->name.substr(2) : row->name;
      made.root.text = "@" + std::string(name) + " " + short_name(model_.function_index(m_, f));
      found.push_back(std::move(made));
      return;
    }
  }

  /// Dotted names under which the table may know an ancestor.
  std::vector<std::string> base_names(ClassIndex c) const {
    std::vector<std::string> out;
    for (const ClassIndex ancestor : model_.class_tables[c].ancestry) {
      for (const Symbol base : model_.classes[ancestor].external_bases) {
        out.emplace_back(model_.symbols.text(base));
      }
      if (ancestor == c) continue;
      const ModuleIndex home = model_.classes[ancestor].module;
      out.push_back(std::string(model_.summary(home).module) + "." +
                    std::string(model_.text(home, model_.klass(ancestor).name)));
    }
    return out;
  }

  void overrides(ClassIndex c) {
    const std::vector<std::string> bases = base_names(c);
    const bool threaded_server = model_.symbols.find("http.server.ThreadingHTTPServer") != 0 ||
                                 model_.symbols.find("socketserver.ThreadingMixIn") != 0 ||
                                 model_.symbols.find("socketserver.ThreadingTCPServer") != 0 ||
                                 model_.symbols.find("socketserver.ThreadingUDPServer") != 0;
    // All methods of one kind run in one thread per object: one root.
    std::vector<const rules::ThreadRoot*> rows;
    const std::size_t first = found.size();
    for (const Member& member : model_.class_tables[c].members) {
      if (member.kind != Member::Kind::method || model_.functions[member.index].owner != c)
        continue;
      const std::string_view name = model_.symbols.text(member.symbol);
      const rules::ThreadRoot* row = nullptr;
      if (member.symbol == model_.known.del) {
        row = rules::thread_root_override("object", "__del__");
      }
      for (std::size_t i = 0; i < bases.size() && row == nullptr; ++i) {
        row = rules::thread_root_override(bases[i], name);
      }
      if (row == nullptr) continue;
      const FunctionIndex entry = model_.entry_of(member.index);
      bool joined = false;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i]->kind != row->kind) continue;
        found[first + i].root.entries.push_back(entry);
        joined = true;
      }
      if (joined) continue;
      rows.push_back(row);
      Candidate made;
      made.root.kind = kind_of(row->kind);
      made.root.entries = {entry};
      made.root.module = m_;
      made.root.site = model_.function(member.index).name_range;
      made.detail.self = c;
      made.detail.own_self = true;
      made.detail.interrupts = runs_in_main_thread(row->kind);
      made.root.many = row->multiplicity == rules::Multiplicity::Many;
      if (row->kind == rules::RootKind::Server && !threaded_server) made.root.many = false;
      made.root.text = short_name(member.index);
      if (row->kind == rules::RootKind::Thread || row->kind == rules::RootKind::Timer) {
        made.root.text += " of a thread class";
        instances(c, made);
      } else if (made.root.kind == ThreadRoot::Kind::request_handler) {
        made.root.text += ", run by the server's threads";
      }
      found.push_back(std::move(made));
    }
  }

  /// Where objects of a thread class are made: each is a thread of its own.
  void instances(ClassIndex c, Candidate& made) {
    std::uint32_t sites = 0;
    bool looped = false;
    std::vector<ClassIndex> classes{c};
    for (std::size_t i = 0; i < classes.size() && i < 64; ++i) {
      const std::vector<ClassIndex>& below = model_.classes[classes[i]].subclasses;
      classes.insert(classes.end(), below.begin(), below.end());
    }
    for (const ClassIndex klass : classes) {
      auto site = std::lower_bound(
          constructions_.begin(), constructions_.end(), klass,
          [](const Site& entry, ClassIndex wanted) { return entry.klass < wanted; });
      for (; site != constructions_.end() && site->klass == klass; ++site) {
        const Call& call = model_.summary(site->module).calls[site->call];
        ++sites;
        looped = looped || (call.flags & kCallInLoop) != 0;
        if (sites != 1) continue;
        made.root.module = site->module;
        made.root.site = call.range;
        made.root.spawner = model_.function_index(site->module, call.function);
        made.root.call = site->call;
      }
    }
    made.root.many = made.root.many || looped || sites > 1;
    if (sites > 1) {
      made.root.spawner = kNone;  // no single place orders them
      made.root.call = kNone;
      made.root.text += ", made at several places";
    } else if (looped) {
      made.root.text += ", made in a loop";
    }
  }

  const Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  const std::vector<Site>& constructions_;
};

std::vector<Site> thread_constructions(const Model& model) {
  std::vector<Site> out;
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    const std::vector<Callee>& callees = model.tables[m].callees;
    for (CallId call = 0; call < callees.size(); ++call) {
      if (callees[call].kind == Callee::Kind::constructor &&
          model.class_tables[callees[call].klass].external_ancestor) {
        out.push_back({callees[call].klass, m, call});
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const Site& a, const Site& b) {
    return std::tie(a.klass, a.module, a.call) < std::tie(b.klass, b.module, b.call);
  });
  return out;
}

}  // namespace

void find_roots(Evidence& evidence, const ParallelFor& parallel) {
  const Model& model = *evidence.model;
  ThreadRoot main;
  main.kind = ThreadRoot::Kind::main;
  main.text = "the main thread";
  evidence.roots.push_back(std::move(main));
  evidence.details.emplace_back();
  const std::vector<Site> sites = thread_constructions(model);
  std::vector<std::vector<Candidate>> found(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t m) {
    RootFinder finder(model, static_cast<ModuleIndex>(m), sites);
    finder.run();
    found[m] = std::move(finder.found);
  });
  for (std::vector<Candidate>& candidates : found) {
    for (Candidate& candidate : candidates) {
      evidence.roots.push_back(std::move(candidate.root));
      evidence.details.push_back(std::move(candidate.detail));
    }
  }
}

}  // namespace gilcheck::analyzer
