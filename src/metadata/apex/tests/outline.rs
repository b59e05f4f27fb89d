//! A unit in few words, for tests to compare.

use super::super::model::*;

pub fn of(types: &[Type]) -> String {
    types.iter().map(|ty| lines(ty).concat()).collect()
}

fn lines(ty: &Type) -> Vec<String> {
    let mut head = format!("{:?} {}", ty.kind, ty.full_name).to_lowercase();
    head = format!("{} {}", head.split(' ').next().unwrap(), ty.full_name);
    if let Some((object, events)) = &ty.trigger {
        head += &format!(" on {} ({})", object.text, events.join(", "));
    }
    if let Some((sharing, _)) = ty.sharing {
        head += &format!(" {sharing:?}").to_lowercase();
    }
    head += &words(&ty.modifiers, &ty.annotations);
    let above: Vec<String> = ty.extends.iter().chain(&ty.implements).map(name).collect();
    if !above.is_empty() {
        head += &format!(" : {}", above.join(", "));
    }
    let mut out = vec![head + "\n"];
    for field in &ty.fields {
        let mut line = format!("  field {} {}", field.name.text, name(&field.ty));
        line += &words(&field.modifiers, &field.annotations);
        line += &field.init.as_ref().map_or(String::new(), |init| format!(" = {}", expr(init)));
        line += &field.getter.as_ref().map_or(String::new(), |body| format!(" get{}", block(body)));
        line += &field.setter.as_ref().map_or(String::new(), |body| format!(" set{}", block(body)));
        out.push(line + "\n");
    }
    ty.methods.iter().for_each(|method| out.extend(method_lines(method)));
    out
}

fn method_lines(method: &Method) -> Vec<String> {
    let params: Vec<String> = method.params.iter().map(param).collect();
    let (params, words) = (params.join(", "), words(&method.modifiers, &method.annotations));
    let returns = method.returns.as_ref().map_or("void".to_owned(), name);
    let body = method.body.as_ref();
    match method.kind {
        MethodKind::Initialiser => vec![format!("  init{words} {}\n", block(body.unwrap()))],
        MethodKind::Constructor => {
            vec![format!("  new {}({params}){words} {}\n", method.name.text, block(body.unwrap()))]
        }
        kind => {
            let kind = format!("{kind:?}").to_lowercase();
            let none = if body.is_none() { " none" } else { "" };
            let head = format!("  {kind} {}({params}) {returns}{words}{none}\n", method.name.text);
            let lines = body.into_iter().flatten().map(|s| format!("    {}\n", stmt(s)));
            std::iter::once(head).chain(lines).collect()
        }
    }
}

fn words(modifiers: &[compact_str::CompactString], annotations: &[Annotation]) -> String {
    let mut out: String = modifiers.iter().map(|word| format!(" {word}")).collect();
    for annotation in annotations {
        let arguments = annotation.arguments.iter();
        let arguments: Vec<String> = arguments.map(|(k, v)| format!("{k}={v}")).collect();
        out += &format!(" @{}({})", annotation.name, arguments.join(", "));
    }
    out
}

fn name(ty: &TypeRef) -> String {
    match ty.arguments.is_empty() {
        true => ty.name.to_string(),
        false => {
            let arguments: Vec<String> = ty.arguments.iter().map(name).collect();
            format!("{}<{}>", ty.name, arguments.join(", "))
        }
    }
}

fn param(param: &Param) -> String {
    format!("{} {}", name(&param.ty), param.name.text)
}

fn block(body: &[Stmt]) -> String {
    format!("{{{}}}", body.iter().map(stmt).collect::<Vec<_>>().join("; "))
}

fn stmt(stmt: &Stmt) -> String {
    match &stmt.kind {
        StmtKind::Local { ty, name: local, init } => {
            let init = init.as_ref().map_or(String::new(), |init| format!(" = {}", expr(init)));
            format!("local {} {}{init}", name(ty), local.text)
        }
        StmtKind::Expr(inner) => expr(inner),
        StmtKind::If { test, then, other } => {
            let other = match other.is_empty() {
                true => String::new(),
                false => format!(" else {}", block(other)),
            };
            format!("if {} {}{other}", expr(test), block(then))
        }
        StmtKind::ForEach { ty, name: item, value, body } => {
            format!("for {} {} : {} {}", name(ty), item.text, expr(value), block(body))
        }
        StmtKind::Loop { before, test, body } => {
            let test = test.as_ref().map_or(String::new(), expr);
            format!("loop {} {test} {}", block(before), block(body))
        }
        StmtKind::Switch { value, branches } => {
            let branches = branches.iter().map(|(binding, values, body)| {
                let binding = binding.as_ref().map_or(String::new(), param);
                format!(" {{{binding} {} {}}}", list(values), block(body))
            });
            format!("switch {}{}", expr(value), branches.collect::<String>())
        }
        StmtKind::Try { body, catches, finally } => {
            let catches = catches.iter().map(|(p, b)| format!(" catch {} {}", param(p), block(b)));
            let catches: String = catches.collect();
            format!("try {}{catches} finally {}", block(body), block(finally))
        }
        StmtKind::Return(value) => {
            format!("return {}", value.as_ref().map_or(String::new(), expr)).trim_end().to_owned()
        }
        StmtKind::Throw(value) => format!("throw {}", expr(value)),
        StmtKind::Dml(inner) => dml(inner),
        StmtKind::Block(body) => block(body),
        StmtKind::Jump => "jump".to_owned(),
    }
}

fn dml(dml: &Dml) -> String {
    let mode = dml.mode.as_ref().map_or(String::new(), |mode| format!(" {mode}"));
    let merged = dml.merged.as_ref().map_or(String::new(), |other| format!(" {}", expr(other)));
    format!("{}{mode} {}{merged}", dml.operation, expr(&dml.target))
}

fn list(values: &[Expr]) -> String {
    values.iter().map(expr).collect::<Vec<_>>().join(", ")
}

fn expr(of: &Expr) -> String {
    match &of.kind {
        ExprKind::Literal(Literal::Text, text) => format!("'{text}'"),
        ExprKind::Literal(_, text) | ExprKind::Name(text) => text.to_string(),
        ExprKind::This => "this".to_owned(),
        ExprKind::Super => "super".to_owned(),
        ExprKind::Member { base, name } => format!("{}.{}", expr(base), name.text),
        ExprKind::Index { base, index } => format!("{}[{}]", expr(base), expr(index)),
        ExprKind::Call { base, name, arguments } => {
            let base = base.as_ref().map_or(String::new(), |base| format!("{}.", expr(base)));
            format!("{base}{}({})", name.text, list(arguments))
        }
        ExprKind::New { ty, arguments, named, elements, pairs } => {
            if !elements.is_empty() {
                return format!("new {}{{{}}}", name(ty), list(elements));
            }
            let arguments = arguments.iter().map(expr);
            let named = named.iter().map(|(n, v)| format!("{} = {}", n.text, expr(v)));
            let pairs = pairs.iter().map(|(k, v)| format!("{} => {}", expr(k), expr(v)));
            let all: Vec<String> = arguments.chain(named).chain(pairs).collect();
            format!("new {}({})", name(ty), all.join(", "))
        }
        ExprKind::Assign { target, value, keeps } => {
            let operator = if *keeps { "+=" } else { "=" };
            format!("{} {operator} {}", expr(target), expr(value))
        }
        ExprKind::Binary { operator, left, right } => {
            format!("{} {operator} {}", expr(left), expr(right))
        }
        ExprKind::Unary(inner) => format!("-{}", expr(inner)),
        ExprKind::Ternary { test, then, other } => {
            format!("{} ? {} : {}", expr(test), expr(then), expr(other))
        }
        ExprKind::Cast { ty, value } => format!("({}) {}", name(ty), expr(value)),
        ExprKind::InstanceOf(inner) => format!("is({})", expr(inner)),
        ExprKind::Class(ty) => format!("{}.class", name(ty)),
        ExprKind::Soql(inner) => format!("[{}]", soql(inner)),
        ExprKind::Sosl(inner) => format!("[{}]", sosl(inner)),
        ExprKind::Dml(inner) => dml(inner),
        ExprKind::Unknown => "?!".to_owned(),
    }
}

fn sosl(of: &Sosl) -> String {
    let returning = of.returning.iter().map(|s| format!("{}: {}", s.from.text, soql(s)));
    let mut out = format!("FIND {}", returning.collect::<Vec<_>>().join("; "));
    if let Some(security) = &of.security {
        out += &format!(" WITH {}", security.text);
    }
    out + " BIND " + &list(&of.binds)
}

pub fn soql(of: &Soql) -> String {
    let selected = of.select.iter().map(|selected| {
        let field = match &selected.function {
            Some(function) => format!("{function}({})", selected.field.text),
            None => selected.field.text.to_string(),
        };
        field + &selected.alias.as_ref().map_or(String::new(), |alias| format!(" {alias}"))
    });
    let children = of.children.iter().map(|child| format!("({})", soql(child)));
    let typed = of.typed.iter().map(|child| format!("(TYPEOF {})", soql(child)));
    let select: Vec<String> = selected.chain(children).chain(typed).collect();
    let mut out = format!("SELECT {} FROM {}", select.join(", "), of.from.text);
    out += &of.alias.as_ref().map_or(String::new(), |alias| format!(" {alias}"));
    let filters: Vec<&str> = of.filters.iter().map(|name| name.text.as_str()).collect();
    match (of.has_where, filters.is_empty()) {
        (true, _) => out += &format!(" WHERE {}", filters.join(", ")),
        (false, false) => out += &format!(" FILTER {}", filters.join(", ")),
        (false, true) => {}
    }
    out += &of.security.as_ref().map_or(String::new(), |mode| format!(" WITH {}", mode.text));
    if !of.binds.is_empty() {
        out += &format!(" BIND {}", list(&of.binds));
    }
    if of.aggregate { out + " AGGREGATE" } else { out }
}
