package platformapi

import "fmt"

func (s Site) object(path string) object {
	answer, _ := s.answers[path].(object)
	return answer
}

func (s Site) items(path string) []object { return objects(s.answers[path]) }

func objects(value any) []object {
	values, _ := value.([]any)
	items := make([]object, 0, len(values))
	for _, value := range values {
		if item, ok := value.(object); ok {
			items = append(items, item)
		}
	}
	return items
}

// by counts the items by what a member says; items without the member are left out.
func by(items []object, member string) map[string]int {
	counts := map[string]int{}
	for _, item := range items {
		if value, ok := item[member]; ok {
			counts[fmt.Sprint(value)]++
		}
	}
	return counts
}

// having counts the items in which a member is true.
func having(items []object, member string) int {
	return by(items, member)["true"]
}

func sum(items []object, member string) int {
	total := 0
	for _, item := range items {
		total += number(item, member)
	}
	return total
}

func number(item object, member string) int {
	n, _ := item[member].(int)
	return n
}
